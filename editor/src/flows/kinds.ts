import { useQuery } from "@tanstack/react-query";
import { get, pageOf } from "../api.ts";
import { type Kinds, kindSchema } from "./kind-info.ts";

export function useKinds() {
  return useQuery({
    queryKey: ["kinds"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Kinds> => {
      const { items } = await get("/api/node-kinds", pageOf(kindSchema), {}, signal);
      return new Map(items.map((kind) => [kind.kind, kind]));
    },
  });
}
