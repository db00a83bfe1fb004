import type { Message } from "../model/message.ts";
import type { Value, Values } from "../model/value.ts";
import { compileExpression } from "../rules/expression.ts";
import type { AlertConfig } from "./alert-settings.ts";
import { storable } from "./number.ts";
import { scopeOf } from "./scope.ts";

/** What is kept with an alarm: chosen fields, or all scalars, and what is calculated. Throws where an expression is wrong. */
export function compileDetails({
  details,
  calculate = [],
}: Pick<AlertConfig, "details" | "calculate">): (message: Message) => Values {
  const keep = details?.length ? (values: Values) => pick(values, details) : scalars;
  if (calculate.length === 0) return ({ values }) => keep(values);
  const calculations = calculate.map(({ as, expression }) => {
    try {
      return { as, compute: compileExpression(expression) };
    } catch (error) {
      throw new Error(`Detail "${as}": ${(error as Error).message}`);
    }
  });
  return (message) => {
    const kept = keep(message.values);
    for (const { as, compute } of calculations) {
      try {
        kept[as] = compute(scopeOf(message, message.values));
      } catch {
        // An alarm is worth more than its details.
      }
    }
    return kept;
  };
}

function pick(values: Values, names: readonly string[]): Values {
  const kept: Values = {};
  for (const name of names) if (Object.hasOwn(values, name)) kept[name] = storable(values[name]!);
  return kept;
}

function scalars(values: Values): Values {
  const kept: Values = {};
  for (const name in values) if (isScalar(values[name]!)) kept[name] = values[name]!;
  return kept;
}

const isScalar = (value: Value) =>
  typeof value === "number"
    ? Number.isFinite(value)
    : typeof value === "string" || typeof value === "boolean";
