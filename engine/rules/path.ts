import type { Value } from "../model/value.ts";
import type { Operand } from "./operators.ts";

const step = /\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,6})\]|\['([A-Za-z0-9_ -]+)'\]/g;
const whole = new RegExp(`^\\$(?:${step.source})+$`);

/** The keys of a simple JSONPath such as "$.a.b[0]"; undefined for any other text. */
export function parsePath(path: string): readonly string[] | undefined {
  if (path.length > 512 || !whole.test(path)) return undefined;
  return [...path.matchAll(step)].map(([, name, index, quoted]) => (name ?? index ?? quoted)!);
}

/** Follows keys into a value. As in json-rules-engine, what has no parts is given back as it is. */
export function follow(value: Operand, keys: readonly string[]): Operand {
  if (value === null || typeof value !== "object") return value;
  let at: Operand = value;
  for (const key of keys) {
    if (!at || !Object.hasOwn(at as object, key)) return undefined;
    at = (at as { [key: string]: Value })[key];
  }
  return at;
}
