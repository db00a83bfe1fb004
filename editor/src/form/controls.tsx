import { Autocomplete, Checkbox, NativeSelect, Switch, TagsInput, TextInput } from "@mantine/core";
import type { Value } from "../../../engine/model/value.ts";
import { saidAt } from "../flows/problems.ts";
import { t } from "../text/text.ts";
import { humanise, words } from "../ui/words.ts";
import { durationWords, readDuration } from "./duration-text.ts";
import { expressionError } from "./expression-error.ts";
import { useFieldOption } from "./field-options.tsx";
import { type ControlProps, isAt, useForm } from "./form-context.ts";
import { readNumber } from "./numbers.ts";
import { choiceWords } from "./schema.ts";
import { TypedInput } from "./typed-input.tsx";

/** Label, help, what is wrong, and the mark by which the page finds the control again. */
export function useLabels({ schema, path, label, required }: ControlProps) {
  const { problems } = useForm();
  const wrong = problems.find((problem) => isAt(problem, path));
  return {
    label,
    description: schema.description,
    error: wrong && saidAt(wrong, label),
    withAsterisk: required,
    "data-path": path,
    size: "sm",
  } as const;
}

const exampleOf = ({ schema }: ControlProps) => {
  const [first] = schema.examples ?? [];
  return first === undefined ? undefined : t("form.example", { example: String(first) });
};

const textOf = (value: unknown) => (value === undefined || value === null ? "" : String(value));

/** An empty box takes a setting out that need not be there. */
const orNothing = (text: string, { required }: ControlProps) => (text === "" && !required ? undefined : text);

export function TextControl(props: ControlProps) {
  return (
    <TextInput
      {...useLabels(props)}
      placeholder={exampleOf(props)}
      value={textOf(props.value)}
      onChange={(event) => props.set(orNothing(event.currentTarget.value, props))}
    />
  );
}

export function NumberControl(props: ControlProps) {
  return (
    <TypedInput
      {...useLabels(props)}
      inputMode="decimal"
      shown={textOf(props.value)}
      placeholder={props.schema.default === undefined ? undefined : textOf(props.schema.default)}
      typed={(text) => props.set(readNumber(text) ?? orNothing(text, { ...props, required: false }))}
    />
  );
}

export function DurationControl(props: ControlProps) {
  const { schema, value, set } = props;
  return (
    <TypedInput
      {...useLabels(props)}
      shown={typeof value === "string" ? durationWords(value) : textOf(value)}
      placeholder={schema.default === undefined ? t("form.duration") : durationWords(String(schema.default))}
      typed={(text) => set(readDuration(text) ?? orNothing(text, props))}
    />
  );
}

export function ChoiceControl(props: ControlProps) {
  const { schema, value, set, required } = props;
  const choices = (schema.enum ?? []).map(String);
  const standard = schema.default === undefined ? undefined : String(schema.default);
  const isForeign = value !== undefined && !choices.includes(String(value));
  const data = choices.map((choice) => ({
    value: choice,
    label: choiceWords(choice, schema),
  }));
  if (standard === undefined)
    data.unshift({ value: "", label: required ? t("form.choose") : t("form.none") });
  if (isForeign) data.push({ value: String(value), label: String(value) });
  return (
    <NativeSelect
      {...useLabels(props)}
      data={data}
      value={value === undefined ? (standard ?? "") : String(value)}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        set(chosen === "" || chosen === standard ? undefined : chosen);
      }}
    />
  );
}

export function SwitchControl(props: ControlProps) {
  const { schema, value, set } = props;
  const { withAsterisk: _, ...labels } = useLabels(props);
  const standard = schema.default === true;
  return (
    <Switch
      {...labels}
      checked={value === undefined ? standard : value === true}
      onChange={(event) => {
        const on = event.currentTarget.checked;
        set(on === standard ? undefined : on);
      }}
    />
  );
}

export function NameControl(props: ControlProps & { names: readonly string[] }) {
  const option = useFieldOption();
  return (
    <Autocomplete
      {...useLabels(props)}
      renderOption={option}
      data={[...props.names]}
      placeholder={exampleOf(props)}
      value={textOf(props.value)}
      onChange={(text) => props.set(orNothing(text, props))}
      comboboxProps={{ withinPortal: true }}
    />
  );
}

/** A list of texts; where the schema names the choices, all of them to be ticked. */
export function TextsControl(props: ControlProps & { names: readonly string[] }) {
  const { schema, value, set, required } = props;
  const labels = useLabels(props);
  const { problems } = useForm();
  const inside = problems.find(({ path }) => path?.startsWith(`${props.path}[`));
  const error = labels.error ?? (inside && saidAt(inside, props.label));
  const standard = Array.isArray(schema.default) ? schema.default : undefined;
  const list = ((Array.isArray(value) ? value : standard) ?? []).map(String);
  const change = (next: string[]) => set(next.length === 0 && !required && !standard ? undefined : next);
  const choices = schema.items?.enum;
  if (choices)
    return (
      <Checkbox.Group {...labels} error={error} value={list} onChange={change}>
        {choices.map((choice) => (
          <Checkbox
            key={String(choice)}
            mt={6}
            size="sm"
            value={String(choice)}
            label={schema.items?.choices?.[String(choice)] ?? humanise(String(choice))}
          />
        ))}
      </Checkbox.Group>
    );
  return (
    <TagsInput
      {...labels}
      error={error}
      data={[...props.names]}
      value={list}
      onChange={change}
      placeholder={list.length === 0 ? t("form.tags") : undefined}
      acceptValueOnBlur
    />
  );
}

/** A setting that is fixed, or calculated for each message when it begins with "=". */
export function OrExpressionControl(props: ControlProps & { type: "number" | "text" | "duration" }) {
  const { value, set, type } = props;
  const labels = useLabels(props);
  const isExpression = typeof value === "string" && value.startsWith("=");
  const wrong = isExpression ? expressionError(value.slice(1)) : undefined;
  const shown = type === "duration" && typeof value === "string" ? durationWords(value) : textOf(value);
  const read = (text: string) => {
    if (text.startsWith("=") || type === "text") return text;
    return type === "number" ? readNumber(text) : readDuration(text);
  };
  return (
    <TypedInput
      {...labels}
      error={wrong ?? labels.error}
      shown={shown}
      placeholder={
        props.schema.default === undefined ? t("form.orExpression") : words(props.schema.default as Value)
      }
      styles={isExpression ? { input: { fontFamily: "var(--mantine-font-family-monospace)" } } : undefined}
      typed={(text) => set(read(text) ?? orNothing(text, { ...props, required: false }))}
    />
  );
}
