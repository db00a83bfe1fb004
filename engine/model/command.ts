import * as z from "zod";
import { valueSchema } from "./value.ts";

export const commandStates = [
  "queued",
  "sent",
  "delivered",
  "succeeded",
  "failed",
  "timed_out",
  "expired",
] as const;
export type CommandState = (typeof commandStates)[number];

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
  flow: z.string().nullable(),
  node: z.string().nullable(),
  alarm: z.string().nullable(),
});
export type Command = z.infer<typeof commandSchema>;
