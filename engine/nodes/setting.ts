import * as z from "zod";
import { MillraceError } from "../model/errors.ts";
import type { Message } from "../model/message.ts";
import type { Value } from "../model/value.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { compileExpression, maxExpressionLength } from "../rules/expression.ts";
import { scopeOf } from "./scope.ts";

/** What a setting comes to for one message. */
export type Setting<T> = (message: Message) => T;

const expression = z
  .string()
  .regex(/^=\s*\S/, 'must be a number, or an expression that begins with "=", such as "=limit * 2"')
  .max(maxExpressionLength + 1);

/** A number within bounds, or "=" and CEL over the message. */
export function numberOrExpression({ min, max }: { min?: number; max?: number } = {}) {
  let number = z.number();
  if (min !== undefined) number = number.min(min);
  if (max !== undefined) number = number.max(max);
  return z.union([number, expression]).meta({ widget: "numberOrExpression", minimum: min, maximum: max });
}

/** A text, or "=" and CEL over the message. */
export function textOrExpression({ max }: { max: number }) {
  return z
    .string()
    .min(1, "must not be empty")
    .max(max)
    .refine((text) => !/^=\s*$/.test(text), 'needs an expression after "="')
    .meta({ widget: "textOrExpression" });
}

/** A duration such as "5m", or "=" and CEL that gives one, or a number of seconds. */
export function durationOrExpression(min: string, max: string) {
  return z.union([durationBetween(min, max), expression]).meta({ widget: "durationOrExpression" });
}

/** Makes the setting ready; throws where its expression is wrong. What is out of bounds later throws a MillraceError. */
export function compileNumber(
  name: string,
  setting: number | string,
  { min = -Infinity, max = Infinity }: { min?: number; max?: number } = {},
): Setting<number> {
  if (typeof setting === "number") return () => setting;
  const compute = compile(name, setting);
  return (message) => {
    const value = compute(message);
    if (typeof value === "number" && value >= min && value <= max) return value;
    throw unfit(name, value, `a number${between(min, max)}`);
  };
}

/** Makes the setting ready; throws where its expression is wrong. Numbers and true/false become text. */
export function compileText(name: string, setting: string, { max = 256 } = {}): Setting<string> {
  if (!setting.startsWith("=")) return () => setting;
  const compute = compile(name, setting);
  return (message) => {
    const value = compute(message);
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if ((typeof value !== "object" || value === null) && value !== null && text !== "" && text.length <= max)
      return text;
    throw unfit(name, value, `a text of 1 to ${max} characters`);
  };
}

/** Makes the setting ready, in ms; throws where its expression is wrong or gives no duration within the bounds. */
export function compileDuration(
  name: string,
  setting: string,
  { min, max }: { min: string; max: string },
): Setting<number> {
  if (!setting.startsWith("=")) {
    const ms = parseDuration(setting);
    return () => ms;
  }
  const compute = compile(name, setting);
  const [minMs, maxMs] = [parseDuration(min), parseDuration(max)];
  return (message) => {
    const value = compute(message);
    const ms = typeof value === "string" ? parseDuration(value) : Number(value) * 1000;
    if (value !== null && typeof value !== "boolean" && ms >= minMs && ms <= maxMs) return Math.round(ms);
    throw unfit(name, value, `a duration or seconds between ${min} and ${max}`);
  };
}

/** A setting as a description shows it. */
export const shownSetting = (setting: number | string) => String(setting).replace(/^=\s*/, "");

function compile(name: string, setting: string): Setting<Value> {
  try {
    const compute = compileExpression(setting.slice(1));
    return (message) => compute(scopeOf(message, message.values));
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
}

function between(min: number, max: number): string {
  if (min > -Infinity && max < Infinity) return ` between ${min} and ${max}`;
  return min > -Infinity ? ` of ${min} or more` : "";
}

const unfit = (name: string, value: Value, wanted: string) =>
  new MillraceError(
    "bad_request",
    `The setting "${name}" came to ${JSON.stringify(value).slice(0, 40)}; it must be ${wanted}.`,
  );
