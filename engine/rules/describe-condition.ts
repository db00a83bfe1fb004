import {
  type Clause,
  type Comparison,
  type Condition,
  type FactReference,
  isReference,
} from "./condition.ts";

/** How a condition is said. */
export interface ConditionWords {
  operator(name: string): string;
  and: string;
  or: string;
  not: string;
  always: string;
  some: string;
  every: string;
  someItem: string;
  everyItem: string;
  /** A condition by its name. */
  named(name: string): string;
}

const operators: Record<string, string> = {
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

const english: ConditionWords = {
  operator: (name) => operators[name] ?? name,
  and: "and",
  or: "or",
  not: "not",
  always: "always",
  some: "some of",
  every: "every one of",
  someItem: "some item of",
  everyItem: "every item of",
  named: (name) => `"${name}"`,
};

/** A condition in plain words, such as "avgSpeed is below 20 and count is above 3"; in English if nothing else is given. */
export function describeCondition(condition: Condition, words = english): string {
  return clause(condition, false, words);
}

function clause(it: Clause, nested: boolean, words: ConditionWords): string {
  if ("any" in it) return group(it.any, words.or, nested, words);
  if ("all" in it) return group(it.all, words.and, nested, words);
  if ("not" in it) return `${words.not} ${clause(it.not, true, words)}`;
  if ("condition" in it) return words.named(it.condition);
  return comparison(it, nested, words);
}

function group(items: readonly Clause[], joint: string, nested: boolean, words: ConditionWords): string {
  if (items.length === 0) return words.always;
  if (items.length === 1) return clause(items[0]!, nested, words);
  const text = items.map((item) => clause(item, true, words)).join(` ${joint} `);
  return nested ? `(${text})` : text;
}

function comparison(it: Comparison, nested: boolean, words: ConditionWords): string {
  const decorators = it.operator.split(":");
  const operator = decorators.pop()!;
  let left = field(it);
  let right = isReference(it.value) ? field(it.value) : literal(it.value);
  let isNegated = false;
  for (const decorator of decorators) {
    if (decorator === "not") isNegated = !isNegated;
    else if (decorator === "swap") [left, right] = [right, left];
    else if (decorator === "someFact") left = `${words.someItem} ${left}`;
    else if (decorator === "everyFact") left = `${words.everyItem} ${left}`;
    else right = `${decorator === "someValue" ? words.some : words.every} ${right}`;
  }
  const text = `${left} ${words.operator(operator)} ${right}`;
  if (!isNegated) return text;
  return nested ? `${words.not} (${text})` : `${words.not} ${text}`;
}

function field({ fact, path }: FactReference): string {
  return path ? fact + path.replace(/^\$/, "") : fact;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return value.map(literal).join(", ");
  return JSON.stringify(value);
}
