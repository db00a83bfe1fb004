import { useQuery } from "@tanstack/react-query";
import { get, pageOf } from "../api.ts";
import { translateKind } from "../text/kind-texts.ts";
import { kindTexts, useLanguage } from "../text/text.ts";
import { type Kinds, kindSchema } from "./kind-info.ts";

export function useKinds() {
  return useQuery({
    queryKey: ["kinds", useLanguage()],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Kinds> => {
      const { items } = await get("/api/node-kinds", pageOf(kindSchema), {}, signal);
      const told = kindTexts();
      return new Map(items.map((kind) => [kind.kind, translateKind(kind, told)]));
    },
  });
}
