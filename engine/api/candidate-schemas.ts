import * as z from "zod";
import { deploymentChanges } from "../model/candidate.ts";

/** A version that runs beside the live one, as the API shows it. */
export const candidateSchema = z.object({
  id: z.int(),
  version: z.int(),
  mode: z.enum(["shadow", "canary"]),
  devices: z.union([z.object({ percent: z.number() }), z.object({ when: z.looseObject({}) })]).nullable(),
  withinMs: z.int().nullable(),
  bounds: z
    .object({ errors: z.int().optional(), alarms: z.int().optional(), withinMs: z.int() })
    .nullable()
    .meta({ description: "It is taken back by itself beyond these" }),
  forced: z.string().nullable(),
  errors: z.int().meta({ description: "Of a canary: messages at which its nodes failed" }),
  alarms: z.int().meta({ description: "Of a canary: alarms that it raised" }),
  beganAt: z.iso.datetime(),
});

/** One change of what runs of a flow. */
export const recordSchema = z.object({
  revision: z.int(),
  version: z.int(),
  change: z.enum(deploymentChanges),
  devices: candidateSchema.shape.devices,
  reason: z.string().nullable(),
  at: z.iso.datetime(),
});
