import { useQuery } from "@tanstack/react-query";
import * as z from "zod";
import type { FlowNode } from "../../../engine/model/flow.ts";
import type { Values } from "../../../engine/model/value.ts";
import { nodeKinds } from "../../../engine/nodes/kinds.ts";
import { get, pageOf } from "../api.ts";
import { type Titles, titlesOf } from "./titles.ts";

const kindSchema = z.object({
  kind: z.string(),
  title: z.string(),
  group: z.string(),
  summary: z.string(),
  help: z.string(),
  source: z.boolean().optional(),
  outputs: z.array(z.object({ name: z.string(), title: z.string() })),
  outputsFrom: z.object({ list: z.string(), name: z.string() }).optional(),
});
/** What the page draws a node from. */
export type KindInfo = z.infer<typeof kindSchema>;
export type Kinds = ReadonlyMap<string, KindInfo>;

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

const shipped = new Map(nodeKinds.map((kind) => [kind.kind, kind]));

/** The kind's own plain-English line for a node's settings. */
export function describe(node: FlowNode): string {
  const kind = shipped.get(node.kind);
  if (!kind) return "Not known to this page";
  const config = kind.config.safeParse(node.config);
  if (!config.success) return "Settings are not complete yet";
  return kind.describe(config.data);
}

/** A node's settings, defaults filled in, and what its kind's schema calls them. */
export function settingsOf(node: FlowNode): { values: Values; titles: Titles } {
  const kind = shipped.get(node.kind);
  if (!kind) return { values: node.config, titles: {} };
  const config = kind.config.safeParse(node.config);
  return { values: config.success ? (config.data as Values) : node.config, titles: titlesOf(kind.config) };
}
