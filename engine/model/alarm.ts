import * as z from "zod";
import { causeSchema, explainedCauseSchema } from "./cause.ts";
import { valuesSchema } from "./value.ts";

export const severities = ["critical", "major", "minor", "warning", "indeterminate"] as const;
export type Severity = (typeof severities)[number];

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

export const alarmChanges = ["raised", "updated", "cleared", "acknowledged"] as const;
export type AlarmChange = (typeof alarmChanges)[number];

/** Something that became of an alarm. By an operator there is no cause. */
export const changeSchema = z.object({
  change: z.enum(alarmChanges),
  at: z.iso.datetime(),
  severity: z.enum(severities),
  cause: explainedCauseSchema.nullable(),
});
export type ChangeOfAlarm = z.infer<typeof changeSchema>;

/** An alarm with why it came and what became of it, the oldest change first. */
export const explainedAlarmSchema = alarmSchema.extend({
  cause: explainedCauseSchema,
  changes: z.array(changeSchema),
});
export type ExplainedAlarm = z.infer<typeof explainedAlarmSchema>;
