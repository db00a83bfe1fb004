import { Autocomplete, NativeSelect, TextInput } from "@mantine/core";
import { t } from "../text/text.ts";
import { useFieldOption } from "./field-options.tsx";
import { useForm } from "./form-context.ts";
import { readNumber } from "./numbers.ts";
import { TypedInput } from "./typed-input.tsx";

/** How a value is meant. */
export type ValueType = "number" | "text" | "boolean" | "field" | "list" | "expression" | "other";

export function typeOf(value: unknown, types: readonly ValueType[]): ValueType {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string")
    return types.includes("expression") && value.startsWith("=") ? "expression" : "text";
  if (Array.isArray(value)) return types.includes("list") ? "list" : "other";
  if (typeof value === "object" && value !== null) return "fact" in value ? "field" : "other";
  return types[0] ?? "text";
}

/** The value as another type, keeping what can be kept. */
export function asType(value: unknown, type: ValueType): unknown {
  const text = textIn(value);
  switch (type) {
    case "number":
      return readNumber(text);
    case "boolean":
      return text !== "false";
    case "field":
      return { fact: text };
    case "list":
      return text === "" ? [] : [typeof value === "number" ? value : text];
    case "expression":
      return `=${text}`;
    case "text":
      return text;
    case "other":
      return value;
    default:
      return type satisfies never;
  }
}

function textIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value === "object" && value !== null) return "fact" in value ? String(value.fact) : "";
  return String(value ?? "").replace(/^=/, "");
}

/** Entries of a list, apart by commas; those that are numbers become numbers. */
export function readList(text: string): (string | number)[] {
  const entries = text.split(",").map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry) => readNumber(entry) ?? entry);
}

interface ValueControlProps {
  value: unknown;
  types: readonly ValueType[];
  label: string;
  set: (value: unknown) => void;
  error?: boolean;
}

/** A value and what it is meant as. */
export function ValueControl({ value, types, label, set, error }: ValueControlProps) {
  const type = typeOf(value, types);
  const offered = types.includes(type) ? types : [...types, type];
  return (
    <>
      <NativeSelect
        aria-label={t("value.type", { label })}
        data={offered.map((each) => ({ value: each, label: t(`value.${each}`) }))}
        value={type}
        onChange={(event) => set(asType(value, event.currentTarget.value as ValueType))}
      />
      <Entry value={value} type={type} label={label} set={set} error={error} />
    </>
  );
}

function Entry({ value, type, label, set, error }: Omit<ValueControlProps, "types"> & { type: ValueType }) {
  const { fields } = useForm();
  const option = useFieldOption();
  const common = { "aria-label": label, error };
  switch (type) {
    case "number":
      return (
        <TypedInput
          {...common}
          inputMode="decimal"
          shown={value === undefined ? "" : String(value)}
          typed={(text) => set(readNumber(text))}
        />
      );
    case "boolean":
      return (
        <NativeSelect
          {...common}
          data={[
            { value: "true", label: t("value.yes") },
            { value: "false", label: t("value.no") },
          ]}
          value={String(value)}
          onChange={(event) => set(event.currentTarget.value === "true")}
        />
      );
    case "list":
      return <TypedInput {...common} shown={textIn(value)} typed={(text) => set(readList(text))} />;
    case "field":
      return (
        <Autocomplete
          {...common}
          data={[...fields]}
          renderOption={option}
          value={textIn(value)}
          onChange={(name) => set({ ...(value as object), fact: name })}
        />
      );
    case "expression":
      return (
        <TextInput
          {...common}
          value={textIn(value)}
          onChange={(event) => set(`=${event.currentTarget.value}`)}
        />
      );
    case "text":
      return (
        <TextInput
          {...common}
          value={String(value ?? "")}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
    case "other":
      return <TextInput {...common} readOnly value={JSON.stringify(value)} />;
    default:
      return type satisfies never;
  }
}
