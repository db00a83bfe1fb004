import { useQuery } from "@tanstack/react-query";
import * as z from "zod";
import { comparedThings, deploymentChanges, verdicts } from "../../../engine/model/candidate.ts";
import { encoded, get, pageOf } from "../api.ts";

const cohortSchema = z.union([
  z.object({ percent: z.number() }),
  z.object({ when: z.record(z.string(), z.unknown()) }),
]);

/** A version that runs beside the live one. */
export const candidateSchema = z.object({
  id: z.number(),
  version: z.number(),
  mode: z.enum(["shadow", "canary"]),
  devices: cohortSchema.nullable(),
  withinMs: z.number().nullable(),
  bounds: z
    .object({ errors: z.number().optional(), alarms: z.number().optional(), withinMs: z.number() })
    .nullable(),
  forced: z.string().nullable(),
  errors: z.number(),
  alarms: z.number(),
  beganAt: z.string(),
});
export type FlowCandidate = z.infer<typeof candidateSchema>;

/** One change of what runs of a flow. */
export const recordSchema = z.object({
  revision: z.number(),
  version: z.number(),
  change: z.enum(deploymentChanges),
  devices: cohortSchema.nullable(),
  reason: z.string().nullable(),
  at: z.string(),
});
export type DeploymentRecord = z.infer<typeof recordSchema>;

const told = z.object({ at: z.number(), node: z.string(), content: z.string().optional() }).optional();
const what = z.enum(comparedThings);
const verdict = z.enum(verdicts);
const comparisonSchema = z.object({
  counts: z.array(z.object({ what, verdict, count: z.number() })),
  examples: z.array(
    z.object({
      what,
      verdict,
      subject: z.string(),
      device: z.string(),
      deviceName: z.string(),
      live: told,
      shadow: told,
    }),
  ),
});
export type Comparison = z.infer<typeof comparisonSchema>;
export type Example = Comparison["examples"][number];

const besideSchema = z.object({
  candidate: candidateSchema.nullable(),
  comparison: comparisonSchema.nullable(),
});

/** What runs beside the live version of a flow, and how it compares; looked at again every two seconds. */
export function useBeside(flow: string) {
  return useQuery({
    queryKey: ["flows", flow, "candidate"],
    refetchInterval: 2000,
    queryFn: ({ signal }) => get(`/api/flows/${encoded(flow)}/candidate`, besideSchema, {}, signal),
  });
}

/** What was deployed of a flow, newest first. */
export function useDeployments(flow: string) {
  return useQuery({
    queryKey: ["flows", flow, "deployments"],
    queryFn: async ({ signal }) =>
      (await get(`/api/flows/${encoded(flow)}/deployments`, pageOf(recordSchema), {}, signal)).items,
  });
}
