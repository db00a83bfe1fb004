import { useQuery } from "@tanstack/react-query";
import * as z from "zod";
import { encoded, get, pageOf } from "../api.ts";

const listedSchema = z.object({
  version: z.number(),
  message: z.string(),
  createdAt: z.string(),
  /** Who froze it, where the server knows. */
  author: z.string().nullish(),
});
export type ListedVersion = z.infer<typeof listedSchema>;

/** The versions of a flow, newest first. */
export function useVersions(flow: string) {
  return useQuery({
    // Below "flows", so that whatever changes the list of flows renews it too.
    queryKey: ["flows", flow, "versions"],
    queryFn: async ({ signal }) =>
      (await get(`/api/flows/${encoded(flow)}/versions`, pageOf(listedSchema), {}, signal)).items,
  });
}
