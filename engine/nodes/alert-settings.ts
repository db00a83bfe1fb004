import * as z from "zod";
import { severities } from "../model/alarm.ts";
import { conditionSchema } from "../rules/condition.ts";
import { durationBetween } from "../rules/duration.ts";
import { maxExpressionLength } from "../rules/expression.ts";
import { bySetting } from "./by.ts";
import { distinct, fieldName, writes } from "./field.ts";
import { textOrExpression } from "./setting.ts";

const severity = z.enum(severities).meta({ title: "Severity" });
const duration = durationBetween("1s", "31d");

const stepSchema = z.strictObject({
  severity,
  when: conditionSchema.meta({ title: "When", widget: "condition" }),
});

const repeatSchema = z.strictObject({
  times: z.int().min(2).max(100).meta({ title: "Times", description: "How many messages must meet it" }),
  within: duration.meta({
    title: "Within",
    description: "Less than this apart, first to last",
    widget: "duration",
  }),
});

export const alertConfig = z
  .strictObject({
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
    severity,
    raise: conditionSchema.meta({ title: "Raise when", widget: "condition" }),
    steps: z
      .array(stepSchema)
      .max(4)
      .superRefine(distinct((it) => it.severity, "severity"))
      .optional()
      .meta({
        title: "Other severities",
        description: "Conditions for other severities; the most severe that holds counts",
      }),
    clear: conditionSchema.optional().meta({
      title: "Clear when",
      description: "Left out: as soon as no condition to raise holds",
      widget: "condition",
    }),
    hysteresis: z.number().positive().optional().meta({
      title: "Hysteresis",
      description: "How far a value must come back beyond its limit, in the field's unit",
    }),
    hold: duration.optional().meta({
      title: "Held for",
      description: "The condition must hold this long before it counts",
      widget: "duration",
    }),
    repeat: repeatSchema.optional().meta({
      title: "Repeated",
      description: "So many messages must meet the condition before it counts",
    }),
    clearHold: duration.optional().meta({
      title: "Clear after",
      description: "It must be over for this long before the alarm clears",
      widget: "duration",
    }),
    flapping: repeatSchema.optional().meta({
      title: "Flapping",
      description: "Raised so often within the time, it clears only after that time without",
    }),
    identity: textOrExpression({ max: maxExpressionLength }).optional().meta({
      title: "One alarm for each",
      description: "An expression such as =tank: every value has an alarm of its own",
      widget: "textOrExpression",
    }),
    by: bySetting,
    details: z.array(fieldName).max(50).optional().meta({
      title: "Details",
      description: "Fields kept with the alarm; none chosen: every number, text and true/false",
    }),
    calculate: z
      .array(
        z.strictObject({
          as: fieldName.meta({ title: "As", description: "Detail to write", ...writes }),
          expression: z
            .string()
            .min(1, "must not be empty; write an expression such as level - limit")
            .max(maxExpressionLength)
            .meta({ title: "Expression", description: "CEL, such as level - limit", widget: "expression" }),
        }),
      )
      .max(20)
      .superRefine(distinct((it) => it.as, "as"))
      .optional()
      .meta({ title: "Calculated details", description: "Kept with the alarm beside its fields" }),
  })
  .superRefine(({ severity, steps = [], hold, repeat }, context) => {
    for (const [index, step] of steps.entries())
      if (step.severity === severity)
        context.addIssue({
          code: "custom",
          path: ["steps", index, "severity"],
          message: `is the severity above; widen that condition, or choose another than ${severity}`,
        });
    if (hold !== undefined && repeat !== undefined)
      context.addIssue({
        code: "custom",
        path: ["repeat"],
        message: 'cannot go with "held for"; take one of the two out',
      });
  });
export type AlertConfig = z.infer<typeof alertConfig>;
