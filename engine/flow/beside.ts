import * as z from "zod";
import type { Bounds, Candidate, Cohort } from "../model/candidate.ts";
import type { DeployMode } from "../model/flow.ts";
import { nameless } from "../rules/condition.ts";

const usualMatchMs = 600_000;

const cohortSchema = z
  .strictObject({
    percent: z
      .number()
      .gt(0)
      .lt(100)
      .optional()
      .meta({ description: "Share of all devices, chosen by a hash of their ids" }),
    when: nameless.optional().meta({
      description: "Condition over the attributes of the device, in the form of json-rules-engine",
    }),
  })
  .refine(({ percent, when }) => (percent === undefined) !== (when === undefined), {
    message: "give either percent or when",
  });

const boundsSchema = z
  .strictObject({
    errors: z
      .int()
      .min(0)
      .max(1_000_000)
      .optional()
      .meta({ description: "Messages at which its nodes fail" }),
    alarms: z.int().min(0).max(1_000_000).optional().meta({ description: "Alarms that it raises" }),
    withinMs: z.int().min(60_000).max(86_400_000).default(600_000),
  })
  .refine(({ errors, alarms }) => errors !== undefined || alarms !== undefined, {
    message: "give errors, alarms, or both",
  });

/** What a deployment says of a version that runs beside the live one. */
export const besideFields = {
  devices: cohortSchema.optional().meta({
    description: "Live for these devices only; the others stay with the version that they have",
  }),
  rollBack: boundsSchema.optional().meta({
    description: "With `devices`: it is taken back by itself when more of these come within the time",
  }),
  matchWithinMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .optional()
    .meta({
      description: `In shadow: what it does so long before or after the live version counts as the same thing; ${usualMatchMs} where left out`,
    }),
};

export interface AskedBeside {
  devices?: z.infer<typeof cohortSchema> | undefined;
  rollBack?: z.infer<typeof boundsSchema> | undefined;
  matchWithinMs?: number | undefined;
}

/** Refuses what does not go together. */
export function requireFitting(
  { mode, devices, rollBack, matchWithinMs }: AskedBeside & { mode: DeployMode },
  context: z.RefinementCtx,
) {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (devices && mode !== "live") refuse("devices", "goes with the mode live; a shadow sees all devices");
  if (rollBack && !devices)
    refuse("rollBack", "goes with devices: it counts what a version does for some of them");
  if (matchWithinMs !== undefined && mode !== "shadow") refuse("matchWithinMs", "goes with the mode shadow");
}

/** How a version is to run beside the live one. */
export interface Beside {
  mode: Candidate["mode"];
  devices?: Cohort;
  withinMs?: number;
  bounds?: Bounds;
}

/** What is asked for, where that is to run beside the live version. */
export function besideOf({
  mode,
  devices,
  rollBack,
  matchWithinMs = usualMatchMs,
}: AskedBeside & { mode: DeployMode }): Beside | undefined {
  if (mode === "shadow") return { mode, withinMs: matchWithinMs };
  if (!devices) return undefined;
  return { mode: "canary", devices: devices as Cohort, ...(rollBack && { bounds: rollBack as Bounds }) };
}
