import * as z from "zod";
import { severities } from "../model/alarm.ts";
import type { Value, Values } from "../model/value.ts";
import { compileCondition } from "../rules/compile-condition.ts";
import { conditionSchema } from "../rules/condition.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import { fieldName } from "./field.ts";
import { defineKind, type Step } from "./kind.ts";

const configSchema = z.strictObject({
  type: z
    .string()
    .trim()
    .min(1, "must not be empty; name the alarm, such as Congestion")
    .max(128)
    .meta({
      title: "Alarm",
      description: "What operators read, such as Congestion",
      examples: ["Congestion"],
    }),
  severity: z.enum(severities).meta({ title: "Severity" }),
  raise: conditionSchema.meta({ title: "Raise when", widget: "condition" }),
  clear: conditionSchema.optional().meta({
    title: "Clear when",
    description: "Left out: as soon as the condition to raise does not hold",
    widget: "condition",
  }),
  details: z.array(fieldName).max(50).optional().meta({
    title: "Details",
    description: "Fields kept with the alarm; none chosen: every number, text and true/false",
  }),
});

const nothing: Step = {};

/** Raises one alarm for a device and clears it again. */
export const alert = defineKind({
  kind: "alert",
  version: 1,
  title: "Alert",
  group: "Act",
  icon: "bell",
  summary: "Raises an alarm when a condition comes true, and clears it later.",
  help: `Each device has at most one active alarm of this node. The alarm is raised by the first message that meets
**raise**, and cleared by the first later message that meets **clear**. Only these two messages go on, by **raised** and
**cleared**; all others end here, so nothing behind this node happens twice.

Give *clear* a condition of its own with some distance to *raise*, such as below 20 and above 30, or an alarm at the limit
comes and goes with every reading. Without it, the alarm is cleared by any message for which *raise* does not hold. That
includes messages in which the field is **missing**, **null** or of the **wrong type**: when a device sends several kinds
of messages, give *clear* a condition, or put a *filter* in front.

When an operator clears the alarm, the next message that meets *raise* raises a new one.`,
  outputs: [
    { name: "raised", title: "Raised" },
    { name: "cleared", title: "Cleared" },
  ],
  config: configSchema,
  describe: ({ type, severity, raise }) => `${severity} ${type} when ${describeCondition(raise)}`,
  create({ type, severity, raise, clear, details }) {
    const raises = compileCondition(raise);
    const clears = clear ? compileCondition(clear) : (values: Values) => !raises(values);
    const keep = details?.length ? (values: Values) => pick(values, details) : scalars;
    return {
      evaluate(message, state) {
        const { values } = message;
        if (!(state as { active?: boolean } | undefined)?.active) {
          if (!raises(values)) return nothing;
          return {
            state: { active: true },
            wishes: [{ type: "raise", alarm: type, severity, details: keep(values) }],
            out: [["raised", message]],
          };
        }
        if (!clears(values)) return nothing;
        return { state: null, wishes: [{ type: "clear", alarm: type }], out: [["cleared", message]] };
      },
    };
  },
  examples: [
    {
      title: "two slow readings raise one alarm, a fast one clears it",
      config: {
        type: "Congestion",
        severity: "major",
        raise: { all: [{ fact: "avgSpeed", operator: "lessThan", value: 20 }] },
        clear: { all: [{ fact: "avgSpeed", operator: "greaterThan", value: 30 }] },
      },
      given: [
        { at: 1000, values: { avgSpeed: 15 } },
        { at: 2000, values: { avgSpeed: 12 } },
        { at: 3000, values: { avgSpeed: 25 } },
        { at: 4000, values: { avgSpeed: 31 } },
      ],
      expect: {
        out: [
          ["raised", { avgSpeed: 15 }],
          ["cleared", { avgSpeed: 31 }],
        ],
        wishes: [
          { type: "raise", alarm: "Congestion", severity: "major", details: { avgSpeed: 15 } },
          { type: "clear", alarm: "Congestion" },
        ],
      },
    },
    {
      title: "without a condition to clear, the first harmless message clears, also one without the field",
      config: {
        type: "Too warm",
        severity: "critical",
        raise: { all: [{ fact: "temperature", operator: "greaterThan", value: -15 }] },
      },
      given: [
        { at: 1000, values: { temperature: -10 } },
        { at: 2000, values: { battery: 80 } },
      ],
      expect: {
        out: [
          ["raised", { temperature: -10 }],
          ["cleared", { battery: 80 }],
        ],
        wishes: [{ type: "raise" }, { type: "clear", alarm: "Too warm" }],
      },
    },
    {
      title: "only the chosen fields are kept, as far as they are there",
      config: {
        type: "Door open",
        severity: "warning",
        raise: { all: [{ fact: "door", operator: "equal", value: "open" }] },
        details: ["door", "room"],
      },
      given: [{ at: 1000, values: { door: "open", temperature: -18 } }],
      expect: {
        out: [["raised", { door: "open", temperature: -18 }]],
        wishes: [{ type: "raise", alarm: "Door open", severity: "warning", details: { door: "open" } }],
      },
    },
  ],
});

function pick(values: Values, names: readonly string[]): Values {
  const kept: Values = {};
  for (const name of names) if (Object.hasOwn(values, name)) kept[name] = values[name]!;
  return kept;
}

function scalars(values: Values): Values {
  const kept: Values = {};
  for (const name in values) if (isScalar(values[name]!)) kept[name] = values[name]!;
  return kept;
}

const isScalar = (value: Value) =>
  typeof value === "number" || typeof value === "string" || typeof value === "boolean";
