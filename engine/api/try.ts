import * as z from "zod";
import { keepsFromTrying } from "../flow/check-handings.ts";
import { givenNotice, givenResult } from "../flow/given-result.ts";
import type { TryInput } from "../flow/try.ts";
import { validateFlow } from "../flow/validate.ts";
import { flowSchema } from "../model/flow.ts";
import { messageTypes } from "../model/message.ts";
import { valueSchema, valuesSchema } from "../model/value.ts";
import { findDraft, flowBytes, flowParams, requireNone } from "./flows.ts";
import { problemSchema } from "./problem-document.ts";
import { defineRoute } from "./route.ts";
import { surroundingsOf } from "./surroundings.ts";
import { timeSchema } from "./time.ts";

const relatedSchema = z
  .record(z.string(), valuesSchema)
  .meta({ description: "By the attribute that names it: attributes of another device" });
const reading = z.strictObject({
  device: z
    .strictObject({
      id: z.string().min(1).max(128).optional(),
      name: z.string().min(1).max(128).optional(),
      profile: z.string().min(1).max(64).optional(),
      attributes: valuesSchema.optional(),
      related: relatedSchema.optional(),
    })
    .optional(),
  ts: timeSchema.optional().meta({ description: "Event time; the arrival time where left out" }),
  at: timeSchema.optional().meta({ description: "Arrival time; that of the reading before where left out" }),
  type: z.enum(messageTypes).default("telemetry"),
  values: valuesSchema,
});
const result = z.strictObject({ at: timeSchema, ...givenResult });
const notice = z.strictObject({ at: timeSchema, ...givenNotice });
const tick = z.strictObject({
  tick: timeSchema.meta({ description: "The clock reaches this time: RFC 3339, or ms since the epoch" }),
});

const step = z.looseObject({
  message: z.string(),
  node: z.string(),
  in: valueSchema.meta({ description: "The message, the tick, or how a command ended" }),
  out: z.array(z.tuple([z.string(), valueSchema])).meta({ description: "Output and message" }),
  state: z.looseObject({}).meta({ description: "The node's state before and after" }),
  error: z.string().optional(),
});

export const tryRoutes = [
  defineRoute({
    method: "post",
    path: "/api/flows/{id}/try",
    summary: "Run the draft, or the given flow, on messages without any effect outside",
    group: "Flows",
    params: flowParams,
    body: z.strictObject({
      messages: z
        .array(z.union([reading, result, notice, tick]))
        .min(1)
        .max(1000),
      flow: flowSchema.optional().meta({ description: "Runs instead of the draft" }),
    }),
    limitBytes: flowBytes,
    answers: {
      200: z.object({
        steps: z.array(step).meta({ description: "Each visit of a node, in order" }),
        effects: z.array(z.looseObject({ type: z.string() })),
        problems: z.array(problemSchema),
      }),
    },
    errors: ["not_found", "invalid_flow"],
    async handler({ params, body }, { registry, tryFlow }) {
      const flow = body.flow ?? (await findDraft(registry, params.id)).flow;
      const around = await surroundingsOf(flow, registry);
      requireNone(validateFlow(flow, around).problems.filter(keepsFromTrying));
      return { body: await tryFlow(flow, begunNow(body.messages), around) };
    },
  }),
];

/** A first reading without any time arrives now. */
function begunNow([first, ...rest]: TryInput[]): TryInput[] {
  if (!first) return rest;
  if (!("values" in first) || first.at !== undefined || first.ts !== undefined) return [first, ...rest];
  return [{ ...first, at: Date.now() }, ...rest];
}
