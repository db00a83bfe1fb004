import type { Value } from "../model/value.ts";
import { compileExpression, type Scope } from "../rules/expression.ts";

type Calculated = (scope: Scope) => Value;

/** A function where something is to be calculated, else the value itself. Errors name the parameter. */
export function compileParams(value: Value, path: string): Value | Calculated {
  if (typeof value === "string" && value.startsWith("=")) {
    try {
      return compileExpression(value.slice(1));
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`);
    }
  }
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  const parts = keys.map((key) => compileParams((value as Record<string, Value>)[key]!, `${path}.${key}`));
  if (parts.every((part) => typeof part !== "function")) return value;
  const given = (scope: Scope) => parts.map((part) => (typeof part === "function" ? part(scope) : part));
  if (Array.isArray(value)) return given;
  return (scope) => {
    const results = given(scope);
    return Object.fromEntries(keys.map((key, i) => [key, results[i]!]));
  };
}
