import type { Value } from "../model/value.ts";

/** FNV-1a, 32 bit. */
export function hash(text: string, seed = 0x811c9dc5): number {
  let result = seed;
  for (let i = 0; i < text.length; i++) result = Math.imul(result ^ text.charCodeAt(i), 0x01000193);
  return result >>> 0;
}

/** A text of at most 26 characters that is the same for equal values, whatever the order of keys in maps. */
export function fingerprint(value: Value | undefined): string {
  const text = canonical(value);
  if (text.length <= 26) return text;
  // Two hashes of 32 bits and the length: one wrong match in more than 10^18 pairs.
  return `#${text.length.toString(36)}.${hash(text).toString(36)}.${hash(text, 0x9747b28c).toString(36)}`;
}

function canonical(value: Value | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}
