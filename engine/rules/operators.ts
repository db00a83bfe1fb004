import type { Value } from "../model/value.ts";

/** `undefined` stands for a field that is not there. */
export type Operand = Value | undefined;
/** Compares the fact, on the left, with the value. Throws a TypeError where the operands allow no verdict. */
export type Compare = (fact: Operand, value: Operand) => boolean;

/** Operators of json-rules-engine 7.3, to the letter of its built-in ones. */
const plain: Record<string, Compare> = {
  equal: (fact, value) => fact === value,
  notEqual: (fact, value) => fact !== value,
  in: isIn,
  notIn: (fact, value) => !isIn(fact, value),
  contains: (fact, value) => Array.isArray(fact) && fact.indexOf(value as Value) > -1,
  doesNotContain: (fact, value) => Array.isArray(fact) && fact.indexOf(value as Value) === -1,
  lessThan: order((fact, value) => fact < value),
  lessThanInclusive: order((fact, value) => fact <= value),
  greaterThan: order((fact, value) => fact > value),
  greaterThanInclusive: order((fact, value) => fact >= value),
};

/** Written before an operator with a colon, such as "not:in" or "someFact:lessThan". */
const decorators: Record<string, (next: Compare) => Compare> = {
  someFact: (next) => (fact, value) => Array.isArray(fact) && fact.some((item) => next(item, value)),
  everyFact: (next) => (fact, value) => Array.isArray(fact) && fact.every((item) => next(item, value)),
  someValue: (next) => (fact, value) => list(value).some((item) => next(fact, item)),
  everyValue: (next) => (fact, value) => list(value).every((item) => next(fact, item)),
  swap: (next) => (fact, value) => next(value, fact),
  not: (next) => (fact, value) => !next(fact, value),
};

export const operatorNames: readonly string[] = Object.keys(plain);
export const decoratorNames: readonly string[] = Object.keys(decorators);

/** The comparison behind an operator's name, decorators included; undefined when there is none. */
export function findOperator(name: string): Compare | undefined {
  const parts = name.split(":");
  const last = parts.pop()!;
  let compare = Object.hasOwn(plain, last) ? plain[last] : undefined;
  for (const part of parts.reverse()) {
    if (!compare || !Object.hasOwn(decorators, part)) return undefined;
    compare = decorators[part]!(compare);
  }
  return compare;
}

function isIn(fact: Operand, value: Operand): boolean {
  if (typeof value !== "string") return list(value).indexOf(fact as Value) > -1;
  return value.indexOf(String(fact)) > -1;
}

function list(value: Operand): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw new TypeError("the value to look in is not a list");
}

/** JavaScript's order, once the fact begins like a number: "12" counts as 12, null and true do not. */
function order(holds: (fact: number, value: number) => boolean): Compare {
  return (fact, value) => {
    if (typeof fact === "number" && typeof value === "number") return holds(fact, value);
    if (typeof fact !== "number" && typeof fact !== "string" && !Array.isArray(fact)) return false;
    try {
      return !Number.isNaN(Number.parseFloat(String(fact))) && holds(fact as number, value as number);
    } catch {
      // An object that hides its own "toString" has no order.
      return false;
    }
  };
}
