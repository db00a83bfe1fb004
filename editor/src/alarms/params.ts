import type { Command } from "../../../engine/model/command.ts";
import type { Value } from "../../../engine/model/value.ts";
import { t } from "../text/text.ts";

export const paramTypes = [
  { value: "text", title: "param.text" },
  { value: "number", title: "param.number" },
  { value: "yes-no", title: "param.yesNo" },
] as const;
export type ParamType = (typeof paramTypes)[number]["value"];

/** One parameter as the form holds it: `text` is what was typed. */
export interface ParamRow {
  key: number;
  name: string;
  type: ParamType;
  text: string;
}

let lastKey = 0;

export function newRow(name = "", value: Value = ""): ParamRow {
  const key = ++lastKey;
  if (typeof value === "boolean") return { key, name, type: "yes-no", text: value ? "yes" : "no" };
  if (typeof value === "number") return { key, name, type: "number", text: String(value) };
  return { key, name, type: "text", text: typeof value === "string" ? value : "" };
}

/** The rows of a command that was sent before; parameters that are no plain values are left out. */
export function rowsOf({ params }: Pick<Command, "params">): ParamRow[] {
  if (typeof params !== "object" || params === null || Array.isArray(params)) return [];
  return Object.entries(params)
    .filter(([, value]) => typeof value !== "object")
    .map(([name, value]) => newRow(name, value));
}

/** What is wrong with a row, as a sentence; undefined when nothing is. */
export function faultOf(row: ParamRow, rows: readonly ParamRow[]): string | undefined {
  const name = row.name.trim();
  if (name === "") return t("param.nameIt");
  if (rows.some((other) => other.key !== row.key && other.name.trim() === name)) return t("param.taken");
  if (row.type === "number" && (row.text.trim() === "" || Number.isNaN(Number(row.text))))
    return t("param.numberIt");
  return undefined;
}

function typed({ type, text }: ParamRow): Value {
  switch (type) {
    case "number":
      return Number(text);
    case "yes-no":
      return text === "yes";
    case "text":
      return text;
    default:
      return type satisfies never;
  }
}

export function paramsOf(rows: readonly ParamRow[]): Record<string, Value> {
  return Object.fromEntries(rows.map((row) => [row.name.trim(), typed(row)]));
}
