import type { Flow } from "../../../engine/model/flow.ts";

/** The nodes given and all before or after them. */
export function alongFrom(flow: Flow, ids: readonly string[], way: "before" | "after"): string[] {
  const found = new Set(ids);
  const [here, there] = way === "after" ? (["from", "to"] as const) : (["to", "from"] as const);
  for (const id of found) for (const edge of flow.edges) if (edge[here] === id) found.add(edge[there]);
  return [...found];
}
