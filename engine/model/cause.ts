import * as z from "zod";
import { valueSchema, valuesSchema } from "./value.ts";

/** A message that a node took into account. */
const takenSchema = z.object({
  id: z.string().optional().meta({ description: "Left out where the node did not keep it" }),
  ts: z.iso.datetime(),
  values: valuesSchema.meta({ description: "The fields that counted" }),
});

/** A comparison that settled a condition, with what was found. */
const factSchema = z.object({
  field: z.string(),
  found: valueSchema.optional().meta({ description: "Left out where the message has no such field" }),
  operator: z.string().meta({ description: "As in the condition, with its decorators" }),
  value: valueSchema.optional().meta({ description: "What it was compared with" }),
  than: z.string().optional().meta({ description: "The field in which that stood" }),
  holds: z.boolean(),
});
export type Fact = z.infer<typeof factSchema>;

/** A sentence of the kind. Names in braces stand for what is in `with`: in ms where they end in Ms, a time where in At. */
const remarkSchema = z.object({ text: z.string(), with: valuesSchema });
export type Remark = z.infer<typeof remarkSchema>;

export const reasonSchema = z.union([factSchema, remarkSchema]);
export type Reason = z.infer<typeof reasonSchema>;

export const causeStepSchema = z.object({
  node: z.string(),
  flow: z
    .object({ id: z.string(), version: z.int() })
    .optional()
    .meta({ description: "Where it is a node of another flow, which handed the message over" }),
  output: z.string().optional().meta({ description: "By which the message left; none at the last step" }),
  says: z.string().meta({ description: "The reasons as an English sentence" }),
  reasons: z.array(reasonSchema),
  values: valuesSchema.meta({ description: "The values that decided, or what the node wrote" }),
  window: z
    .object({
      start: z.iso.datetime(),
      end: z.iso.datetime(),
      count: z.int().meta({ description: "Messages in it" }),
      messages: z.array(takenSchema).meta({ description: "All, or a sample spread evenly over it" }),
    })
    .optional(),
  messages: z
    .array(takenSchema)
    .optional()
    .meta({ description: "Earlier messages that the node remembered" }),
});
export type CauseStep = z.infer<typeof causeStepSchema>;

/** Why an alarm or a command came: the message, its values, and the nodes it passed. */
export const causeSchema = z.object({
  message: z.string(),
  ts: z.iso.datetime(),
  values: valuesSchema,
  path: z.array(z.string()).meta({ description: "Node ids from the input to where it came about" }),
  version: z.int().meta({ description: "Version of the flow" }),
});
export type Cause = z.infer<typeof causeSchema>;

/** The cause with what decided at each node. */
export const explainedCauseSchema = causeSchema.extend({
  commit: z.string().optional().meta({ description: "Of that version in the flows repository, where known" }),
  steps: z
    .array(causeStepSchema)
    .optional()
    .meta({ description: "Missing in causes that older versions kept" }),
});
export type ExplainedCause = z.infer<typeof explainedCauseSchema>;
