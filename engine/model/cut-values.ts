import type { Value, Values } from "./value.ts";

const maxFields = 20;
const maxChars = 120;

/** Values for the eye: the first fields, long texts and whatever is nested cut short. */
export function cutValues(values: Values): Values {
  const cut: Values = {};
  let count = 0;
  for (const name in values) {
    if (++count > maxFields) {
      cut["…"] = "";
      break;
    }
    cut[name.slice(0, maxChars)] = cutValue(values[name]!);
  }
  return cut;
}

/** A value for the eye. */
export function cutValue(value: Value): Value {
  if (typeof value === "string") return cutText(value);
  if (typeof value !== "object" || value === null) return value;
  return cutText(JSON.stringify(value));
}

const cutText = (text: string) => (text.length > maxChars ? `${text.slice(0, maxChars)}…` : text);
