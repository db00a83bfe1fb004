import * as z from "zod";
import { type Cohort, comparedThings, verdicts } from "../model/candidate.ts";
import type { DeployMode, Deployment } from "../model/flow.ts";
import { conditionSchema } from "../rules/condition.ts";
import type { Registry } from "../store/registry.ts";
import { candidateSchema, recordSchema } from "./candidate-schemas.ts";
import { findDraft, flowParams } from "./flows.ts";
import { onePage, pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Flows";
const usualMatchMs = 600_000;
const mostLogged = 100;

const cohortSchema = z
  .strictObject({
    percent: z
      .number()
      .gt(0)
      .lt(100)
      .optional()
      .meta({ description: "Share of all devices, chosen by a hash of their ids" }),
    when: conditionSchema.optional().meta({
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

/** What the body of a deployment says of a version that runs beside the live one. */
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

interface Asked {
  mode: DeployMode;
  devices?: z.infer<typeof cohortSchema> | undefined;
  rollBack?: z.infer<typeof boundsSchema> | undefined;
  matchWithinMs?: number | undefined;
  force?: string | undefined;
}

/** Refuses what does not go together. */
export function requireFitting({ mode, devices, rollBack, matchWithinMs }: Asked, context: z.RefinementCtx) {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (devices && mode !== "live") refuse("devices", "goes with the mode live; a shadow sees all devices");
  if (rollBack && !devices)
    refuse("rollBack", "goes with devices: it counts what a version does for some of them");
  if (matchWithinMs !== undefined && mode !== "shadow") refuse("matchWithinMs", "goes with the mode shadow");
}

/** Lets the version run as asked. Switching off the one that runs beside leaves the live one as it is. */
export async function deployAs(
  registry: Registry,
  id: string,
  version: number,
  { mode, devices, rollBack, matchWithinMs = usualMatchMs, force }: Asked,
): Promise<Deployment> {
  const forced = force === undefined ? {} : { forced: force };
  if (mode === "shadow")
    return registry.beginCandidate(id, version, { mode, withinMs: matchWithinMs, ...forced });
  if (devices)
    return registry.beginCandidate(id, version, {
      mode: "canary",
      devices: devices as Cohort,
      ...(rollBack && { bounds: rollBack }),
      ...forced,
    });
  if (mode === "off" && (await registry.candidate(id))?.version === version)
    return registry.abandonCandidate(id, version);
  return registry.deploy(id, version, mode, force);
}

const told = z
  .object({
    at: z.number().meta({ description: "Event time, ms since the epoch" }),
    node: z.string(),
    content: z.string().optional(),
  })
  .optional();
const what = z.enum(comparedThings);
const verdict = z.enum(verdicts);
const comparisonSchema = z.object({
  counts: z.array(z.object({ what, verdict, count: z.int() })),
  examples: z
    .array(
      z.object({
        what,
        verdict,
        subject: z.string(),
        device: z.string(),
        deviceName: z.string(),
        live: told,
        shadow: told,
      }),
    )
    .meta({ description: "The newest 20 of each thing and verdict, newest first" }),
});

export const candidateRoutes = [
  defineRoute({
    method: "get",
    path: "/api/flows/{id}/candidate",
    summary: "Show what runs beside the live version, and how a shadow compares",
    group,
    params: flowParams,
    answers: {
      200: z.object({ candidate: candidateSchema.nullable(), comparison: comparisonSchema.nullable() }),
    },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      await findDraft(registry, params.id);
      const candidate = (await registry.candidate(params.id)) ?? null;
      const comparison = candidate?.mode === "shadow" ? await registry.comparison(candidate.id) : null;
      return { body: { candidate, comparison } };
    },
  }),
  defineRoute({
    method: "get",
    path: "/api/flows/{id}/deployments",
    summary: "List what was deployed of a flow, newest first",
    group,
    params: flowParams,
    answers: { 200: pageOf(recordSchema) },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      await findDraft(registry, params.id);
      return { body: onePage(await registry.deploymentLog(params.id, mostLogged)) };
    },
  }),
];
