import { MillraceError } from "../model/errors.ts";
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

/** Whether a condition holds for the fields of a message. Throws a MillraceError where there is no verdict. */
export type Test = (values: Values) => boolean;

/**
 * Turns a sound condition without names into a closure. Verdicts are those of json-rules-engine with undefined facts allowed; where that
 * would fail, such as "in" over a field that is no list, the test throws, unless the verdict was certain before.
 */
export function compileCondition(condition: Condition): Test {
  return compileClause(condition);
}

function compileClause(clause: Clause): Test {
  if ("any" in clause) return anyOf(clause.any.map(compileClause));
  if ("all" in clause) return allOf(clause.all.map(compileClause));
  if ("not" in clause) {
    const inner = compileClause(clause.not);
    return (values) => !inner(values);
  }
  // Whoever knows the flow has written names out.
  if ("condition" in clause)
    throw new MillraceError("invalid_flow", `There is no condition "${clause.condition}" here.`);
  return compileComparison(clause);
}

const always: Test = () => true;

function allOf(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (!first) return always;
  if (!second) return first;
  if (tests.length === 2) return (values) => first(values) && second(values);
  return (values) => {
    for (let i = 0; i < tests.length; i++) if (!tests[i]!(values)) return false;
    return true;
  };
}

function anyOf(tests: readonly Test[]): Test {
  const [first, second] = tests;
  // json-rules-engine holds an empty "any" to be true.
  if (!first) return always;
  if (!second) return first;
  if (tests.length === 2) return (values) => first(values) || second(values);
  return (values) => {
    for (let i = 0; i < tests.length; i++) if (tests[i]!(values)) return true;
    return false;
  };
}

function compileComparison(comparison: Comparison): Test {
  const { fact, operator, value } = comparison;
  const compare = findOperator(operator);
  if (!compare) throw new MillraceError("invalid_flow", `There is no operator "${operator}".`);
  const read = reader(comparison);
  if (!isReference(value)) {
    const fast = isPlain(comparison) ? compareNumber(operator, fact, value) : undefined;
    if (fast) return fast;
    const literal = value as Value;
    return guard(comparison, (values) => compare(read(values), literal));
  }
  const readOther = reader(value);
  return guard(comparison, (values) => compare(read(values), readOther(values)));
}

/** Without the detour over readers, for what most conditions are: a number below or above another. */
function compareNumber(operator: string, fact: string, limit: Value | FactReference): Test | undefined {
  if (typeof limit !== "number") return undefined;
  const compare = findOperator(operator)!;
  switch (operator) {
    case "lessThan":
      return (values) => {
        const value = values[fact];
        return typeof value === "number" ? value < limit : compare(value, limit);
      };
    case "lessThanInclusive":
      return (values) => {
        const value = values[fact];
        return typeof value === "number" ? value <= limit : compare(value, limit);
      };
    case "greaterThan":
      return (values) => {
        const value = values[fact];
        return typeof value === "number" ? value > limit : compare(value, limit);
      };
    case "greaterThanInclusive":
      return (values) => {
        const value = values[fact];
        return typeof value === "number" ? value >= limit : compare(value, limit);
      };
    default:
      return undefined;
  }
}

/** Comparisons that can fail say where. */
function guard(comparison: Comparison, test: Test): Test {
  const { fact, operator, value } = comparison;
  if (!/^(in|notIn)$|:/.test(operator)) return test;
  return (values) => {
    try {
      return test(values);
    } catch (error) {
      const other = isReference(value) ? `the field "${value.fact}"` : "its value";
      throw new MillraceError(
        "bad_request",
        `"${fact}" cannot be compared by "${operator}" with ${other}: ${(error as Error).message}.`,
      );
    }
  };
}

const isPlain = ({ fact, path }: FactReference) => !path && !(fact in Object.prototype);

function reader({ fact, path }: FactReference): (values: Values) => Operand {
  const own = fact in Object.prototype;
  const field = own
    ? (values: Values) => (Object.hasOwn(values, fact) ? values[fact] : undefined)
    : (values: Values) => values[fact];
  if (!path) return field;
  const keys = parsePath(path);
  if (!keys) throw new MillraceError("invalid_flow", `The path "${path}" cannot be followed.`);
  return (values) => follow(field(values), keys);
}
