import { en } from "../text/en.ts";
import { type TextKey, t } from "../text/text.ts";
import { humanise } from "../ui/words.ts";

const lists = ["alarms", "commands", "results", "notifications", "points", "deadLetters"] as const;
const pattern = new RegExp(
  `^(${lists.join("|")})(?:\\[(\\d+)\\])?(?:\\.(.+?))?: expected (.*), got (.*)$`,
  "s",
);

/** A difference of a case in plain words; what is none of these is a sentence already. */
export function differenceWords(failure: string): string {
  const [, list, index, field, expected = "", got = ""] = pattern.exec(failure) ?? [];
  if (!list) return failure;
  const what = `${t(`case.${list as (typeof lists)[number]}`)} ${Number(index ?? 0) + 1}`;
  if (got === "no more") return t("case.missing", { what, expected: shown(expected) });
  if (expected === "no more") return t("case.extra", { what, got: shown(got) });
  const name = field === undefined ? what : `${what}, ${fieldWords(field)}`;
  return t("case.other", { what: name, expected: shown(expected, field), got: shown(got, field) });
}

/** The first part of a path is a field of cases, what follows are names that people gave. */
function fieldWords(path: string): string {
  const [field = "", ...names] = path.split(".");
  const key = `case.field.${field}`;
  return [key in en ? t(key as TextKey) : humanise(field), ...names.map(humanise)].join(": ");
}

/** JSON without its signs: `{"a":1}` as `a 1`. Of a whole item its fields are called as the page calls them. */
function shown(json: string, field?: string): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return json;
  }
  if (field !== undefined || typeof value !== "object" || value === null) return fieldValue(field, value);
  return Object.entries(value)
    .map(([name, inner]) => `${fieldWords(name)} ${fieldValue(name, inner)}`)
    .join(", ");
}

function fieldValue(field: string | undefined, value: unknown): string {
  const key = `severity.${value}`;
  return field === "severity" && key in en ? t(key as TextKey) : plain(value);
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${plain(inner)}`)
    .join(", ");
}
