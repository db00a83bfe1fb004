import * as z from "zod";
import { edgeSchema, type Flow, flowSchema, nodeSchema } from "../../../engine/model/flow.ts";
import type { Change, Place } from "./changes.ts";
import { freshId } from "./ids.ts";

const clipSchema = z.object({
  nodes: z.array(nodeSchema).min(1),
  edges: z.array(edgeSchema).default([]),
  layout: flowSchema.shape.layout,
});
/** Nodes with the edges among them: what the clipboard holds, as JSON text. A whole flow file reads as one too. */
export type Clip = z.infer<typeof clipSchema>;

export function clipOf(flow: Flow, ids: readonly string[], places: Readonly<Record<string, Place>>): Clip {
  const chosen = new Set(ids);
  return {
    nodes: flow.nodes.filter(({ id }) => chosen.has(id)),
    edges: flow.edges.filter(({ from, to }) => chosen.has(from) && chosen.has(to)),
    layout: Object.fromEntries(ids.map((id) => [id, places[id] ?? { x: 0, y: 0 }])),
  };
}

/** Reads clipboard text; undefined when it holds no nodes. */
export function readClip(text: string): Clip | undefined {
  try {
    return clipSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Adds the clip under new ids, its upper left corner at `at`; `ids` are those of the new nodes. */
export function paste(flow: Flow, clip: Clip, at: Place): { change: Change; ids: string[] } {
  const taken = new Set(flow.nodes.map(({ id }) => id));
  const named = new Map<string, string>();
  for (const { id } of clip.nodes) {
    const fresh = freshId(id, taken);
    taken.add(fresh);
    named.set(id, fresh);
  }
  const corner = cornerOf(clip);
  const nodes = clip.nodes.map((node) => ({ ...node, id: named.get(node.id)! }));
  const edges = clip.edges.flatMap(({ id: _, ...edge }) => {
    const [from, to] = [named.get(edge.from), named.get(edge.to)];
    return from && to ? [{ ...edge, from, to }] : [];
  });
  const layout = Object.fromEntries(
    clip.nodes.map(({ id }, index) => {
      const place = clip.layout[id] ?? { x: corner.x + index * 40, y: corner.y + index * 40 };
      return [named.get(id)!, { x: at.x + place.x - corner.x, y: at.y + place.y - corner.y }];
    }),
  );
  return {
    ids: nodes.map(({ id }) => id),
    change: (before) => ({
      ...before,
      nodes: [...before.nodes, ...nodes],
      edges: [...before.edges, ...edges],
      layout: { ...before.layout, ...layout },
    }),
  };
}

export function cornerOf({ layout }: Pick<Clip, "layout">): Place {
  const places = Object.values(layout);
  if (places.length === 0) return { x: 0, y: 0 };
  return { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
}
