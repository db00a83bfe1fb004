import {
  type Clause,
  type Comparison,
  type Condition,
  type FactReference,
  isReference,
} from "./condition.ts";

const words: Record<string, string> = {
  equal: "is",
  notEqual: "is not",
  in: "is one of",
  notIn: "is none of",
  contains: "contains",
  doesNotContain: "does not contain",
  lessThan: "is below",
  lessThanInclusive: "is at most",
  greaterThan: "is above",
  greaterThanInclusive: "is at least",
};

/** A condition in plain English, such as "avgSpeed is below 20 and count is above 3". */
export function describeCondition(condition: Condition): string {
  return clause(condition, false);
}

function clause(it: Clause, nested: boolean): string {
  if ("any" in it) return group(it.any, " or ", nested);
  if ("all" in it) return group(it.all, " and ", nested);
  if ("not" in it) return `not ${clause(it.not, true)}`;
  return comparison(it, nested);
}

function group(items: readonly Clause[], joint: string, nested: boolean): string {
  if (items.length === 0) return "always";
  if (items.length === 1) return clause(items[0]!, nested);
  const text = items.map((item) => clause(item, true)).join(joint);
  return nested ? `(${text})` : text;
}

function comparison(it: Comparison, nested: boolean): string {
  const decorators = it.operator.split(":");
  const operator = decorators.pop()!;
  let left = field(it);
  let right = isReference(it.value) ? field(it.value) : literal(it.value);
  let isNegated = false;
  for (const decorator of decorators) {
    if (decorator === "not") isNegated = !isNegated;
    else if (decorator === "swap") [left, right] = [right, left];
    else if (decorator === "someFact") left = `some item of ${left}`;
    else if (decorator === "everyFact") left = `every item of ${left}`;
    else right = `${decorator === "someValue" ? "some" : "every one"} of ${right}`;
  }
  const text = `${left} ${words[operator] ?? operator} ${right}`;
  if (!isNegated) return text;
  return nested ? `not (${text})` : `not ${text}`;
}

function field({ fact, path }: FactReference): string {
  return path ? fact + path.replace(/^\$/, "") : fact;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return value.map(literal).join(", ");
  return JSON.stringify(value);
}
