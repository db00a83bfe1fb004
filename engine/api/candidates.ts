import * as z from "zod";
import { type AskedBeside, besideOf } from "../flow/beside.ts";
import { comparedThings, verdicts } from "../model/candidate.ts";
import type { DeployMode, Deployment } from "../model/flow.ts";
import type { Registry } from "../store/registry.ts";
import { candidateSchema, recordSchema } from "./candidate-schemas.ts";
import { findDraft, flowParams } from "./flows.ts";
import { onePage, pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Flows";
const mostLogged = 100;

/** Lets the version run as asked. Switching off the one that runs beside leaves the live one as it is. */
export async function deployAs(
  registry: Registry,
  id: string,
  version: number,
  asked: AskedBeside & { mode: DeployMode; force?: string | undefined },
): Promise<Deployment> {
  const { mode, force } = asked;
  const beside = besideOf(asked);
  if (beside)
    return registry.beginCandidate(id, version, { ...beside, ...(force !== undefined && { forced: force }) });
  if (mode === "off" && (await registry.candidate(id))?.version === version)
    return registry.abandonCandidate(id, version);
  return registry.deploy(id, version, mode === "off" ? "off" : "live", force);
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
