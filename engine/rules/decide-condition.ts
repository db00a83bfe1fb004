import type { Fact } from "../model/cause.ts";
import type { Value, Values } from "../model/value.ts";
import {
  type Clause,
  type Comparison,
  type Condition,
  type FactReference,
  isReference,
} from "./condition.ts";
import { findOperator, type Operand } from "./operators.ts";
import { follow, parsePath } from "./path.ts";

/** Comparisons that are told of one condition. */
const maxFacts = 12;

/** The comparisons that settle whether the condition holds for these values: no other value of the rest changes it. */
export function decideCondition(condition: Condition, values: Values): Fact[] {
  return decide(condition, values).facts.slice(0, maxFacts);
}

function decide(clause: Clause, values: Values): { holds: boolean; facts: Fact[] } {
  if ("not" in clause) {
    const { holds, facts } = decide(clause.not, values);
    return { holds: !holds, facts };
  }
  // Whoever knows the flow has written names out.
  if ("condition" in clause) return { holds: false, facts: [] };
  if (!("all" in clause) && !("any" in clause)) return compare(clause, values);
  const isAll = "all" in clause;
  const parts = isAll ? clause.all : clause.any;
  const facts: Fact[] = [];
  for (const part of parts) {
    const decided = decide(part, values);
    // One that fails settles "all", one that holds settles "any".
    if (decided.holds !== isAll) return decided;
    facts.push(...decided.facts);
  }
  // json-rules-engine holds an empty "any" to be true.
  return { holds: isAll || parts.length === 0, facts };
}

function compare(comparison: Comparison, values: Values): { holds: boolean; facts: Fact[] } {
  const { operator, value: given } = comparison;
  const found = read(comparison, values);
  const value = isReference(given) ? read(given, values) : given;
  const holds = holdsFor(operator, found, value);
  const fact: Fact = { field: nameOf(comparison), operator, holds };
  if (found !== undefined) fact.found = found;
  if (value !== undefined) fact.value = value;
  if (isReference(given)) fact.than = nameOf(given);
  return { holds, facts: [fact] };
}

/** A comparison that cannot be made settles nothing: the message went to the dead letters then. */
function holdsFor(operator: string, found: Operand, value: Operand): boolean {
  try {
    return findOperator(operator)?.(found, value) ?? false;
  } catch {
    return false;
  }
}

function read({ fact, path }: FactReference, values: Values): Value | undefined {
  const value = Object.hasOwn(values, fact) ? values[fact] : undefined;
  const keys = path === undefined ? [] : parsePath(path);
  return keys ? follow(value, keys) : undefined;
}

const nameOf = ({ fact, path }: FactReference) => (path ? fact + path.replace(/^\$/, "") : fact);
