import * as z from "zod";
import { severities } from "./alarm.ts";

/** Of a file of messages that is uploaded. */
export const maxMessageFileBytes = 64 * 1_048_576;

/** Messages that were uploaded for backtests. */
export const messageFileSchema = z.object({
  id: z.string(),
  messages: z.int(),
  devices: z.int(),
  from: z.number().meta({ description: "ms since the epoch: the first arrival" }),
  to: z.number().meta({ description: "Just after the last arrival" }),
});
export type UploadedMessages = z.infer<typeof messageFileSchema>;

/** A file of messages on the disk of the process, in the order of their arrival. */
export interface MessageFile {
  path: string;
  format: "ndjson" | "csv";
  /** Of devices that name none. */
  profile: string;
}

/** What became of something, beside the version that is live. */
export const changes = ["new", "gone", "earlier", "later", "same"] as const;
export type Change = (typeof changes)[number];

const ms = z.number().meta({ description: "ms since the epoch" });
const changed = { change: z.enum(changes), device: z.string(), name: z.string(), node: z.string() };
const counts = z.record(z.enum(changes), z.int());

export const backtestAlarmSchema = z.object({
  ...changed,
  type: z.string(),
  severity: z.enum(severities),
  at: ms,
  wasAt: ms.optional().meta({ description: "When the live version raised it, where that is another time" }),
  until: ms.optional().meta({ description: "When it was cleared; missing: not within the range" }),
});
export type BacktestAlarm = z.infer<typeof backtestAlarmSchema>;

export const backtestCommandSchema = z.object({
  ...changed,
  method: z.string(),
  at: ms,
  wasAt: ms.optional().meta({ description: "When the live version sent it, where that is another time" }),
});
export type BacktestCommand = z.infer<typeof backtestCommandSchema>;

/** What one version did over the range. */
export const backtestTotalsSchema = z.object({
  version: z.int().nullable().meta({ description: "null: the draft, or a flow that was given" }),
  alarms: z.int().meta({ description: "Raised" }),
  commands: z.int(),
  notifications: z.int(),
  points: z.int(),
  deadLetters: z.record(z.string(), z.int()).meta({ description: "By reason" }),
});
export type BacktestTotals = z.infer<typeof backtestTotalsSchema>;

const values = z.array(z.number().nullable()).meta({ description: "Mean of each bucket; null: none" });
export const backtestSeriesSchema = z.object({
  measurement: z.string(),
  field: z.string(),
  tags: z.record(z.string(), z.string()),
  candidate: values,
  live: values,
});
export type BacktestSeries = z.infer<typeof backtestSeriesSchema>;

export const backtestResultSchema = z.object({
  from: ms,
  to: ms,
  messages: z.int(),
  candidate: backtestTotalsSchema,
  live: backtestTotalsSchema.nullable().meta({ description: "null: no version is live" }),
  alarms: z.object({ counts, list: z.array(backtestAlarmSchema), left: z.int() }),
  commands: z.object({ counts, list: z.array(backtestCommandSchema), left: z.int() }),
  buckets: z
    .object({ everyMs: z.number(), candidate: z.array(z.int()), live: z.array(z.int()) })
    .meta({ description: "Alarms raised, by time" }),
  series: z.object({ list: z.array(backtestSeriesSchema), left: z.int() }),
});
/** Lists hold the first ones, those that differ before those that do not; `left`: how many more there are. */
export type BacktestResult = z.infer<typeof backtestResultSchema>;

export const whatIfResultSchema = z.object({
  from: ms,
  to: ms,
  messages: z.int(),
  current: z.number().nullable().meta({ description: "What the flow says" }),
  points: z.array(z.object({ value: z.number(), alarms: z.int(), commands: z.int() })),
});
/** Alarms raised and commands sent, by the value of one number of a node's settings. */
export type WhatIfResult = z.infer<typeof whatIfResultSchema>;

export const backtestRunSchema = z.object({
  id: z.string(),
  flow: z.string(),
  state: z.enum(["running", "done", "failed", "cancelled"]),
  progress: z.number().meta({ description: "0 to 1" }),
  messages: z.int().meta({ description: "So far" }),
  seconds: z.number().meta({ description: "How long it has taken" }),
  result: backtestResultSchema.optional(),
  whatIf: whatIfResultSchema.optional(),
  error: z.object({ code: z.string(), detail: z.string() }).optional(),
});
export type BacktestRun = z.infer<typeof backtestRunSchema>;

export const archiveSpanSchema = z.object({
  on: z.boolean().meta({ description: "Whether messages are kept now" }),
  from: ms.nullable().meta({ description: "Arrival of the oldest message kept; null: none" }),
  to: ms.nullable(),
});
/** What the archive holds. */
export type ArchiveSpan = z.infer<typeof archiveSpanSchema>;
