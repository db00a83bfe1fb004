import * as z from "zod";
import { maxRetries } from "../model/command.ts";
import { valueSchema } from "../model/value.ts";
import { conditionSchema } from "../rules/condition.ts";
import { durationBetween } from "../rules/duration.ts";
import { maxExpressionLength } from "../rules/expression.ts";
import { fieldName } from "./field.ts";
import { textOrExpression } from "./setting.ts";

export const recipients = ["originator", "named", "related", "selection"] as const;

// `shownFor` tells forms for which choices a setting counts.
const toSchema = z
  .strictObject({
    who: z.enum(recipients).default("originator").meta({
      title: "Who",
      description:
        "originator: the device itself; named: the one whose name stands in its attribute; related: those with the same value of an attribute; selection: by profile and attribute",
    }),
    attribute: fieldName.optional().meta({
      title: "Attribute",
      description: "Such as zone",
      widget: "attribute",
      shownFor: { who: ["named", "related", "selection"] },
    }),
    equals: z
      .union([z.string().min(1, "must not be empty").max(maxExpressionLength), z.number(), z.boolean()])
      .optional()
      .meta({
        title: "Equals",
        description: 'What that attribute must be; "=" and an expression is calculated',
        widget: "scalar",
        shownFor: { who: ["selection"] },
      }),
    profile: z
      .string()
      .min(1, "must not be empty; name a device profile")
      .max(64)
      .optional()
      .meta({
        title: "Device profile",
        description: "Only devices of this profile",
        shownFor: { who: ["related", "selection"] },
      }),
  })
  .superRefine(({ who, attribute, equals, profile }, context) => {
    const say = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if ((who === "named" || who === "related") && attribute === undefined)
      say("attribute", "is missing; name an attribute of the device");
    if (who !== "selection") return;
    if (attribute === undefined && profile === undefined)
      say("profile", "is missing; give a profile, an attribute, or both, or the command would go to all");
    if (attribute !== undefined && equals === undefined)
      say("equals", "is missing; say what the attribute must be");
    if (attribute === undefined && equals !== undefined)
      say("attribute", "is missing; say what must equal this");
  });

// Both or none, so that a form can be emptied again.
const confirmSchema = z
  .strictObject({
    when: conditionSchema.optional().meta({
      title: "When",
      description: "A later reading must meet it; before.x is the field x of the message that asked for it",
      widget: "condition",
      names: "before",
    }),
    within: durationBetween("1s", "7d").optional().meta({
      title: "Within",
      description: "Counted from the device's answer",
      widget: "duration",
    }),
  })
  .superRefine(({ when, within }, context) => {
    const say = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (when === undefined && within !== undefined)
      say("when", "is missing; say what a later reading must show");
    if (within === undefined && when !== undefined) say("within", "is missing; say how long to wait for it");
  });

export const commandConfig = z.strictObject({
  method: z
    .string()
    .trim()
    .min(1, "must not be empty; name what the device shall do, such as setLimit")
    .max(maxExpressionLength + 1)
    .refine((text) => text.startsWith("=") || text.length <= 128, "has at most 128 characters")
    .refine((text) => !/^=\s*$/.test(text), 'needs an expression after "="')
    .meta({
      title: "Method",
      description: "Name of the command, as the device knows it",
      examples: ["setLimit"],
      widget: "textOrExpression",
    }),
  params: z.record(fieldName, valueSchema).default({}).meta({
    title: "Parameters",
    description: 'Sent as they are; a text that begins with "=" is calculated, such as "=speed * 2"',
    widget: "params",
  }),
  to: toSchema.optional().meta({ title: "Recipients" }),
  timeout: durationBetween("100ms", "1d").default("10s").meta({
    title: "Timeout",
    description: "How long to wait for the device's answer",
    widget: "duration",
  }),
  retries: z.int().min(0).max(maxRetries).default(0).meta({
    title: "Retries",
    description: "How often to send it again, under the same id, when no answer came in time",
  }),
  ttl: durationBetween("1s", "30d").default("1h").meta({
    title: "Time to live",
    description: "How long to keep the command for a device that is away, or for who approves it",
    widget: "duration",
  }),
  interlock: conditionSchema.optional().meta({
    title: "Interlock",
    description:
      "Must hold, or the command is refused; sees the message's fields and the device's attributes",
    widget: "condition",
    names: "both",
  }),
  approval: z
    .boolean()
    .default(false)
    .meta({ title: "Approval", description: "Waits until a person approves it" }),
  confirm: confirmSchema.optional().meta({ title: "Confirmation" }),
  key: textOrExpression({ max: maxExpressionLength + 1 })
    .optional()
    .meta({
      title: "Idempotency key",
      description: "A device gets one command of this node for each value, such as =jobId",
      widget: "textOrExpression",
    }),
});
export type CommandConfig = z.infer<typeof commandConfig>;

/** The confirmation that is asked for, if any. */
export function confirmationOf({ confirm }: CommandConfig) {
  const { when, within } = confirm ?? {};
  return when && within !== undefined ? { when, within } : undefined;
}
