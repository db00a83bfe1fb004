import type { Fact, Reason, Remark } from "../model/cause.ts";
import type { Value } from "../model/value.ts";

/** How reasons are said. The engine has English; the page brings its own language. */
export interface ReasonWords {
  /** "is below"; negated "is not below". */
  operator(name: string, isNegated: boolean): string;
  missing(field: string): string;
  /** In front of a list of which some item, or every one, was looked at. */
  some: string;
  every: string;
  not: string;
  value(value: Value): string;
  /** A value of a remark by its name: `silentMs` is a time span, `startedAt` a time. */
  named(name: string, value: Value | undefined): string;
  remark(text: string): string;
  and: string;
}

/** The reasons as one sentence without a full stop, such as "speed 12 is below 20 and lane 2 is 2". */
export function sayReasons(reasons: readonly Reason[], words: ReasonWords = english): string {
  return reasons
    .map((reason) => ("text" in reason ? sayRemark(reason, words) : sayFact(reason, words)))
    .join(` ${words.and} `);
}

function sayRemark({ text, with: values }: Remark, words: ReasonWords): string {
  return words.remark(text).replace(/\{(\w+)\}/g, (_, name: string) => words.named(name, values[name]));
}

function sayFact({ field, found, operator, value, than, holds }: Fact, words: ReasonWords): string {
  if (found === undefined) return words.missing(field);
  const decorators = operator.split(":");
  const name = decorators.pop()!;
  const nots = decorators.filter((decorator) => decorator === "not").length;
  const fails = nots % 2 === (holds ? 1 : 0);
  // Of several items one may hold and another fail, so only the whole is said not to.
  const isOfMany = decorators.length > nots;
  const isNegated = fails && !isOfMany;
  // "door open is open" says it twice.
  const isSame = name === "equal" && !isNegated && than === undefined;
  let left = isSame ? field : `${field} ${words.value(found)}`;
  const other = value === undefined ? "" : words.value(value);
  let right = [than, other].filter(Boolean).join(" ");
  for (const decorator of decorators) {
    if (decorator === "swap") [left, right] = [right, left];
    else if (decorator === "someFact") left = `${words.some} ${left}`;
    else if (decorator === "everyFact") left = `${words.every} ${left}`;
    else if (decorator === "someValue") right = `${words.some} ${right}`;
    else if (decorator === "everyValue") right = `${words.every} ${right}`;
  }
  const text = `${left} ${words.operator(name, isNegated)} ${right}`.trimEnd();
  return fails && isOfMany ? `${words.not} ${text}` : text;
}

const plain: Record<string, [holds: string, fails: string]> = {
  equal: ["is", "is not"],
  notEqual: ["is not", "is"],
  in: ["is one of", "is none of"],
  notIn: ["is none of", "is one of"],
  contains: ["contains", "does not contain"],
  doesNotContain: ["does not contain", "contains"],
  lessThan: ["is below", "is not below"],
  lessThanInclusive: ["is at most", "is not at most"],
  greaterThan: ["is above", "is not above"],
  greaterThanInclusive: ["is at least", "is not at least"],
};

const english: ReasonWords = {
  operator: (name, isNegated) => plain[name]?.[isNegated ? 1 : 0] ?? name,
  missing: (field) => `${field} is missing`,
  some: "some of",
  every: "every one of",
  not: "not",
  value: shown,
  named(name, value) {
    if (typeof value !== "number") return value === undefined ? "" : shown(value);
    if (name.endsWith("At")) return new Date(value).toISOString();
    return name.endsWith("Ms") ? spanOf(value) : shown(value);
  },
  remark: (text) => text,
  and: "and",
};

function shown(value: Value): string {
  if (typeof value === "number") return String(Number(value.toPrecision(9)));
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** In the largest unit that fits, to one place. */
function spanOf(ms: number): string {
  const [unit, size] = units.find(([, size]) => Math.abs(ms) >= size) ?? units[4];
  return `${Math.round((ms / size) * 10) / 10} ${unit}`;
}
