import type * as z from "zod";

const nouns: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object in { }",
  record: "an object in { }",
};
const units: Record<string, string> = { string: " characters", array: " entries" };

/** What is wrong with a value, to stand behind its name: "is missing; give text". */
export function sentence(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type": {
      const noun = nouns[issue.expected] ?? issue.expected;
      return issue.input === undefined
        ? `is missing; give ${noun}`
        : `must be ${noun}, not ${shown(issue.input)}`;
    }
    case "invalid_value": {
      const choice = issue.values.map((value) => JSON.stringify(value)).join(", ");
      const choose = issue.values.length > 1 ? `choose one of ${choice}` : `write ${choice}`;
      return issue.input === undefined ? `is missing; ${choose}` : `is ${shown(issue.input)}; ${choose}`;
    }
    case "too_small":
      return `is too small; give at least ${issue.minimum}${units[issue.origin] ?? ""}`;
    case "too_big":
      return `is too big; give at most ${issue.maximum}${units[issue.origin] ?? ""}`;
    case "unrecognized_keys":
      return `does not know ${issue.keys.map((key) => `"${key.slice(0, 64)}"`).join(", ")}; take it out`;
    case "invalid_key":
      return "holds a name that cannot be used; choose another";
    default:
      return "does not fit; look at its form";
  }
}

/** A zod issue as a whole sentence, with the place in front; `whole` is what to call the place at the top. */
export function told({ path, message }: z.core.$ZodIssue, whole: string): string {
  const place = path.length > 0 ? `"${dotted(path)}"` : whole;
  if (/^[A-Z"]/.test(message)) return path.length > 0 ? `${place}: ${message}` : message;
  return `${place} ${message.replace(/^(?=an? )/, "must be ")}.`;
}

/** `["values", 0, "of"]` as "values[0].of". */
export function dotted(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path)
    text += typeof part === "number" ? `[${part}]` : `${text ? "." : ""}${String(part).slice(0, 64)}`;
  return text;
}

function shown(input: unknown): string {
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object" && input !== null) return "an object";
  const text = JSON.stringify(input) ?? typeof input;
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
