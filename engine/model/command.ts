import * as z from "zod";
import { explainedCauseSchema } from "./cause.ts";
import { type Value, valueSchema } from "./value.ts";

export const commandStates = [
  "waiting_approval",
  "queued",
  "sent",
  "delivered",
  "succeeded",
  "failed",
  "timed_out",
  "expired",
  "rejected",
] as const;
export type CommandState = (typeof commandStates)[number];
/** A command that is in one of these stays in it. */
export type FinalState = Extract<CommandState, "succeeded" | "failed" | "timed_out" | "expired" | "rejected">;

export const maxRetries = 10;
/** Devices that one command of a flow may go to. */
export const maxTargets = 1000;

export const newCommandSchema = z.strictObject({
  method: z.string().min(1).max(128).meta({ title: "Method" }),
  params: valueSchema.default({}).meta({ title: "Parameters" }),
  timeoutMs: z
    .int()
    .min(100)
    .max(86_400_000)
    .default(10_000)
    .meta({ title: "Timeout", description: "Wait for the device's answer, in ms after sending" }),
  ttlMs: z
    .int()
    .min(1000)
    .max(30 * 86_400_000)
    .default(3_600_000)
    .meta({ title: "Time to live", description: "Give up when the device stays away longer, in ms" }),
  retries: z.int().min(0).max(maxRetries).default(0).meta({
    title: "Retries",
    description: "How often it is sent again, under the same id, when no answer came in time",
  }),
  approval: z.boolean().default(false).meta({
    title: "Approval",
    description: "Waits until a person approves it; the time to live goes on meanwhile",
  }),
});
export type NewCommand = z.infer<typeof newCommandSchema>;

export const commandSchema = z.object({
  id: z.int().meta({ description: "What the device sees in the request topic" }),
  key: z.string().meta({ description: "Effect id or Idempotency-Key: one command per key" }),
  device: z.string(),
  method: z.string(),
  params: valueSchema,
  state: z.enum(commandStates),
  timeoutMs: z.int(),
  expiresAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  answer: valueSchema.nullable(),
  reason: z.string().nullable().meta({ description: "Why it was refused or rejected" }),
  retries: z.int().meta({ description: "How often it may be sent again" }),
  attempts: z.int().meta({ description: "How often it has been sent again" }),
  flow: z.string().nullable(),
  node: z.string().nullable(),
  alarm: z.string().nullable(),
});
export type Command = z.infer<typeof commandSchema>;

/** A command with why a flow sent it. */
export const explainedCommandSchema = commandSchema.extend({
  cause: explainedCauseSchema
    .nullable()
    .meta({ description: "Null where no flow sent it, or an older version did" }),
});
export type ExplainedCommand = z.infer<typeof explainedCommandSchema>;

/** Which devices a command of a flow goes to, where it is not the one the message came from. */
export type CommandTarget =
  | { type: "named"; name: string }
  | { type: "selection"; profile?: string; attribute?: string; equals?: string | number | boolean };

/** How one command or notification of a flow fared, as its node hears of it. */
export interface CommandResult {
  /** What the node calls it. */
  ref: string;
  /** How many devices the node's command went to; each has a result of its own. */
  of: number;
  /** `approved` is followed by another; `repeated`: its idempotency key was used before, nothing was sent. */
  state: "approved" | "repeated" | FinalState;
  /** The field of the message that tells of it; left out: `command`. */
  field?: "notification";
  /** What goes into that field. */
  command: Record<string, Value>;
}
