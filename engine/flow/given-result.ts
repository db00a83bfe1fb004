import * as z from "zod";
import { maxTargets } from "../model/command.ts";
import { valueSchema } from "../model/value.ts";

/** What came of a notification, as cases and trials are given it, beside the time. */
export const givenNotice = {
  notification: z.int().min(1).meta({ description: "The first, second, ... notification of the flow" }),
  state: z.enum(["sent", "failed"]),
  reason: z.string().optional(),
};

/** How a command ended, as cases and trials are given it, beside the time. */
export const givenResult = {
  command: z.int().min(1).meta({ description: "The first, second, ... command that the flow sent" }),
  state: z.enum(["approved", "succeeded", "failed", "timed_out", "expired", "rejected"]),
  answer: valueSchema.optional().meta({ description: "What the device answered" }),
  reason: z.string().optional(),
  device: z.string().optional().meta({ description: "Name of the device it went to" }),
  of: z.int().min(1).max(maxTargets).optional().meta({ description: "How many devices it went to; 1" }),
};
