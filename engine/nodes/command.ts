import * as z from "zod";
import { type Value, valueSchema } from "../model/value.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { compileExpression, type Scope } from "../rules/expression.ts";
import { fieldName } from "./field.ts";
import { defineKind } from "./kind.ts";
import { scopeOf } from "./scope.ts";

const configSchema = z.strictObject({
  method: z
    .string()
    .trim()
    .min(1, "must not be empty; name what the device shall do, such as setLimit")
    .max(128)
    .meta({
      title: "Method",
      description: "Name of the command, as the device knows it",
      examples: ["setLimit"],
    }),
  params: z.record(fieldName, valueSchema).default({}).meta({
    title: "Parameters",
    description: 'Sent as they are; a text that begins with "=" is calculated, such as "=speed * 2"',
    widget: "params",
  }),
  timeout: durationBetween("100ms", "1d").default("10s").meta({
    title: "Timeout",
    description: "How long to wait for the device's answer",
    widget: "duration",
  }),
  ttl: durationBetween("1s", "30d").default("1h").meta({
    title: "Time to live",
    description: "How long to keep the command for a device that is away",
    widget: "duration",
  }),
});

/** Sends a command to the device a message came from. */
export const command = defineKind({
  kind: "command",
  version: 1,
  title: "Command",
  group: "Act",
  icon: "send",
  summary: "Sends a command to the device that the message came from.",
  help: `Every message that arrives here sends one command, so put this node behind *raised* of an *alert* or behind a
*filter*. The message goes on by **sent** at once; whether the device answered is shown with the command.

Behind a node that groups by something else than the device, messages come from no device, so this node cannot stand there.

**Parameters** are sent as they are written. A text that begins with **=** is calculated for each message: \`=40\`,
\`=speed / 3.6\`, \`=device.attributes.limit\`. Expressions see the fields of the message, \`device\` (id, name, profile,
attributes) and \`ts\` (ms).

When a field that an expression needs is **missing**, **null** or of the **wrong type**, or it gives no finite number, nothing is sent and the message
becomes a dead letter that names the field.`,
  outputs: [{ name: "sent", title: "Sent" }],
  config: configSchema,
  needsDevice: () => true,
  describe({ method, params }) {
    const listed = Object.entries(params).map(([name, value]) => `${name} ${shown(value)}`);
    return listed.length > 0 ? `${method}: ${listed.join(", ")}` : method;
  },
  create({ method, params, timeout, ttl }) {
    const paramsOf = compileParams(params, "params");
    const timeoutMs = parseDuration(timeout);
    const ttlMs = parseDuration(ttl);
    return {
      evaluate(message) {
        const value = typeof paramsOf === "function" ? paramsOf(scopeOf(message, message.values)) : params;
        return {
          wishes: [{ type: "command", method, params: value, timeoutMs, ttlMs }],
          out: [["sent", message]],
        };
      },
    };
  },
  examples: [
    {
      title: "a sign is told its limit",
      config: { method: "setLimit", params: { kmh: "=40" } },
      given: [{ at: 1000, values: { avgSpeed: 15 } }],
      expect: {
        out: [["sent", { avgSpeed: 15 }]],
        wishes: [
          { type: "command", method: "setLimit", params: { kmh: 40 }, timeoutMs: 10_000, ttlMs: 3_600_000 },
        ],
      },
    },
    {
      title: "parameters are calculated from the message and the device",
      config: {
        method: "cool",
        params: {
          by: "=temperature - device.attributes.target",
          mode: "fast",
          zone: { name: "=device.name" },
        },
        ttl: "5m",
      },
      given: [
        { at: 1000, values: { temperature: -12 }, device: { name: "Room B2", attributes: { target: -18 } } },
      ],
      expect: {
        out: [["sent", { temperature: -12 }]],
        wishes: [
          {
            type: "command",
            method: "cool",
            params: { by: 6, mode: "fast", zone: { name: "Room B2" } },
            ttlMs: 300_000,
          },
        ],
      },
    },
    {
      title: "a command needs no parameters",
      config: { method: "defrost" },
      given: [{ at: 1000, values: { ice: true } }],
      expect: {
        out: [["sent", { ice: true }]],
        wishes: [{ type: "command", method: "defrost", params: {} }],
      },
    },
  ],
});

type Calculated = (scope: Scope) => Value;

/** A function where something is to be calculated, else the value itself. Errors name the parameter. */
function compileParams(value: Value, path: string): Value | Calculated {
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

function shown(value: Value): string {
  return typeof value === "string" ? value.replace(/^=/, "") : JSON.stringify(value);
}
