import { NativeSelect, Switch, TagsInput, TextInput } from "@mantine/core";
import type { ChannelSettings } from "../../../engine/model/channel.ts";
import { type TextKey, t } from "../text/text.ts";
import classes from "../ui/split.module.css";

export type ChannelType = ChannelSettings["type"];
export const channelTypes: readonly ChannelType[] = ["email", "webhook", "mqtt"];

/** Settings as they are typed. */
export type Typed = Readonly<Record<string, unknown>>;

interface Field {
  name: string;
  label: TextKey;
  form: "text" | "number" | "addresses" | "switch" | "choice";
  choices?: readonly ("starttls" | "tls" | "none")[];
  help?: TextKey;
  example?: string;
  isOptional?: boolean;
}

const user: Field = { name: "user", label: "channels.user", form: "text", isOptional: true };
const fields: Readonly<Record<ChannelType, readonly Field[]>> = {
  webhook: [
    { name: "url", label: "channels.url", form: "text", example: "https://hooks.example.org/alarms" },
  ],
  email: [
    { name: "host", label: "channels.host", form: "text", example: "mail.example.org" },
    { name: "port", label: "channels.port", form: "number" },
    {
      name: "security",
      label: "channels.security",
      form: "choice",
      choices: ["starttls", "tls", "none"],
    },
    user,
    { name: "from", label: "channels.from", form: "text", example: "millrace@example.org" },
    { name: "to", label: "channels.to", form: "addresses", help: "channels.toHelp" },
  ],
  mqtt: [
    { name: "host", label: "channels.broker", form: "text", example: "broker.example.org" },
    { name: "port", label: "channels.port", form: "number" },
    { name: "security", label: "channels.security", form: "choice", choices: ["tls", "none"] },
    user,
    { name: "topic", label: "channels.topic", form: "text", example: "plant/alarms" },
    { name: "retain", label: "channels.retain", form: "switch", help: "channels.retainHelp" },
  ],
};

/** What a channel of that type begins with. */
export const initialSettings: Readonly<Record<ChannelType, Typed>> = {
  webhook: {},
  email: { port: 587, security: "starttls" },
  mqtt: { port: 8883, security: "tls" },
};

interface FieldsProps {
  type: ChannelType;
  typed: Typed;
  /** By field: what is wrong with it. */
  problems: ReadonlyMap<string, string>;
  set: (name: string, value: unknown) => void;
}

export function SettingsFields({ type, typed, problems, set }: FieldsProps) {
  return (
    <div className={classes.two}>
      {fields[type].map((field) => (
        <One key={field.name} field={field} typed={typed} problems={problems} set={set} />
      ))}
    </div>
  );
}

function One({ field, typed, problems, set }: Omit<FieldsProps, "type"> & { field: Field }) {
  const { name, form, choices = [], example, help, isOptional } = field;
  const value = typed[name];
  const common = {
    label: t(field.label),
    description: help && t(help),
    error: problems.get(name),
    withAsterisk: !isOptional && form !== "switch",
  };
  switch (form) {
    case "choice":
      return (
        <NativeSelect
          {...common}
          data={choices.map((choice) => ({ value: choice, label: t(`channels.security.${choice}`) }))}
          value={String(value ?? "")}
          onChange={(event) => set(name, event.currentTarget.value)}
        />
      );
    case "switch": {
      const { withAsterisk: _, ...labels } = common;
      return (
        <Switch
          {...labels}
          mt="lg"
          checked={value === true}
          onChange={(event) => set(name, event.currentTarget.checked || undefined)}
        />
      );
    }
    case "addresses":
      return (
        <TagsInput
          {...common}
          // Below, so that the box stands in one line with the one beside it.
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(list) => set(name, list)}
          acceptValueOnBlur
        />
      );
    default:
      return (
        <TextInput
          {...common}
          placeholder={example}
          inputMode={form === "number" ? "numeric" : undefined}
          value={String(value ?? "")}
          onChange={(event) => set(name, read(form, event.currentTarget.value))}
        />
      );
  }
}

/** An empty box is a setting that is not there; a number that is none stays text, for the check to name it. */
function read(form: Field["form"], text: string): unknown {
  if (text === "") return undefined;
  return form === "number" && /^\d+$/.test(text) ? Number(text) : text;
}
