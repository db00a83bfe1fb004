import type { CommandTarget } from "../model/command.ts";
import { deviceName } from "../model/device.ts";
import type { Message } from "../model/message.ts";
import type { Value } from "../model/value.ts";
import { compileExpression } from "../rules/expression.ts";
import type { CommandConfig } from "./command-settings.ts";
import { isNumber } from "./number.ts";
import { scopeOf } from "./scope.ts";

/** The devices that a command goes to, undefined for the one itself; or why they cannot be told. */
export type Found = { to: CommandTarget | undefined } | { refused: string };

/** Makes the setting ready; throws where its expression is wrong. */
export function compileTarget(to: CommandConfig["to"]): (message: Message) => Found {
  const { who = "originator", attribute = "", equals, profile } = to ?? {};
  const rest = profile === undefined ? {} : { profile };
  switch (who) {
    case "originator":
      return () => ({ to: undefined });
    case "named":
      return ({ device }) => {
        const named = deviceName.safeParse(own(device.attributes, attribute));
        if (named.success) return { to: { type: "named", name: named.data } };
        return { refused: `The attribute "${attribute}" of the device holds no name of a device.` };
      };
    case "related":
      return ({ device }) => {
        const value = own(device.attributes, attribute);
        if (isScalar(value)) return { to: { type: "selection", ...rest, attribute, equals: value } };
        return { refused: `The attribute "${attribute}" of the device holds no text, number or yes and no.` };
      };
    case "selection": {
      if (attribute === "") return () => ({ to: { type: "selection", ...rest } });
      const wantedOf = compileEquals(equals!);
      return (message) => {
        const value = wantedOf(message);
        if (isScalar(value)) return { to: { type: "selection", ...rest, attribute, equals: value } };
        return {
          refused: `What the attribute "${attribute}" must equal came to no text, number or yes and no.`,
        };
      };
    }
    default:
      throw who satisfies never;
  }
}

/** In words, for the description; empty for the device itself. */
export function shownTarget(to: CommandConfig["to"]): string {
  const { who = "originator", attribute, equals, profile } = to ?? {};
  const devices = profile === undefined ? "devices" : `devices of ${profile}`;
  switch (who) {
    case "originator":
      return "";
    case "named":
      return ` to the device in ${attribute}`;
    case "related":
      return ` to ${devices} with the same ${attribute}`;
    case "selection":
      return ` to ${devices}${attribute === undefined ? "" : ` where ${attribute} is ${`${equals}`.replace(/^=/, "")}`}`;
    default:
      throw who satisfies never;
  }
}

function compileEquals(equals: string | number | boolean): (message: Message) => Value {
  if (typeof equals !== "string" || !equals.startsWith("=")) return () => equals;
  try {
    const compute = compileExpression(equals.slice(1));
    return (message) => compute(scopeOf(message, message.values));
  } catch (error) {
    throw new Error(`to.equals: ${(error as Error).message}`);
  }
}

function own(values: Message["values"], name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function isScalar(value: Value | undefined): value is string | number | boolean {
  return (typeof value === "string" && value !== "") || typeof value === "boolean" || isNumber(value);
}
