import * as z from "zod";
import { valuesSchema } from "./value.ts";

export const severities = ["critical", "major", "minor", "warning", "indeterminate"] as const;
export type Severity = (typeof severities)[number];

/** Why an alarm came: the message, its values, and the nodes it passed. */
export const causeSchema = z.object({
  message: z.string(),
  ts: z.iso.datetime(),
  values: valuesSchema,
  path: z.array(z.string()).meta({ description: "Node ids from the input to the alert" }),
  version: z.int().meta({ description: "Version of the flow" }),
});
export type Cause = z.infer<typeof causeSchema>;

export const alarmSchema = z.object({
  id: z.string(),
  type: z.string(),
  severity: z.enum(severities),
  status: z.enum(["active", "cleared"]),
  acknowledged: z.boolean(),
  device: z.string(),
  deviceName: z.string(),
  flow: z.string(),
  node: z.string(),
  raisedAt: z.iso.datetime(),
  clearedAt: z.iso.datetime().nullable(),
  acknowledgedAt: z.iso.datetime().nullable(),
  details: valuesSchema,
  cause: causeSchema,
});
export type Alarm = z.infer<typeof alarmSchema>;
