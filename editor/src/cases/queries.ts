import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import * as z from "zod";
import { type Case, caseSchema } from "../../../engine/flow/cases.ts";
import { ApiError, encoded, request } from "../api.ts";

const listSchema = z.array(caseSchema);
const place = (flow: string) => `/api/flows/${encoded(flow)}/cases`;

async function load(flow: string) {
  const { body, headers } = await request(place(flow), listSchema, { cache: "no-store" });
  return { cases: body, etag: headers.get("etag") ?? "*" };
}

/** The test cases beside the draft. */
export function useCases(flow: string) {
  return useQuery({ queryKey: ["cases", flow], queryFn: () => load(flow) });
}

/** Changes the list as it is on the server now, so that nobody's case is lost. */
export function useChangeCases(flow: string) {
  const queries = useQueryClient();
  return useMutation({
    async mutationFn(change: (cases: Case[]) => Case[]) {
      for (let tries = 0; ; tries++) {
        const { cases, etag } = await load(flow);
        const headers = { "content-type": "application/json", "if-match": etag };
        const body = JSON.stringify(change(cases));
        try {
          await request(place(flow), z.object({ etag: z.string() }), { method: "PUT", headers, body });
          return;
        } catch (error) {
          const isStale = error instanceof ApiError && error.status === 412;
          if (!isStale || tries === 3) throw error;
        }
      }
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["cases", flow] }),
  });
}
