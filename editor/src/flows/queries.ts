import { type QueryClient, useQuery } from "@tanstack/react-query";
import * as z from "zod";
import { type Flow, flowSchema } from "../../../engine/model/flow.ts";
import { encoded, get, pageOf } from "../api.ts";
import { candidateSchema, recordSchema } from "../candidates/queries.ts";

const summarySchema = z.object({
  id: z.string(),
  name: z.string(),
  etag: z.string(),
  latestVersion: z.number().nullable(),
  live: z.number().nullable(),
  candidate: candidateSchema.nullable(),
  rolledBack: recordSchema.nullable(),
  /** Why that version runs although its test cases failed. */
  forced: z.string().nullish(),
});
export type FlowSummary = z.infer<typeof summarySchema>;

/** Whether any version of it runs, be it in shadow. */
export const isRunning = ({ live, candidate }: FlowSummary) => live !== null || candidate !== null;

export function useFlows() {
  return useQuery({
    queryKey: ["flows"],
    refetchInterval: 30_000,
    queryFn: async ({ signal }) => (await get("/api/flows", pageOf(summarySchema), {}, signal)).items,
  });
}

const versionSchema = z.object({ definition: flowSchema });

function versionQuery(id: string, version: number | null) {
  return {
    queryKey: ["flow-version", id, version],
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Flow> =>
      (await get(`/api/flows/${encoded(id)}/versions/${version}`, versionSchema, {}, signal)).definition,
  };
}

/** The same for once, outside of what is drawn. Rejects with an ApiError. */
export function fetchVersion(queries: QueryClient, id: string, version: number): Promise<Flow> {
  const { enabled: _, ...query } = versionQuery(id, version);
  return queries.fetchQuery(query);
}

/** A flow as one of its versions has it. A version never changes. */
export function useVersion(id: string, version: number | null) {
  return useQuery(versionQuery(id, version));
}

/** The flow as it runs; undefined while it does not, or is not known yet. */
export function useLiveDefinition({ id, live }: FlowSummary): Flow | undefined {
  return useQuery(versionQuery(id, live)).data;
}
