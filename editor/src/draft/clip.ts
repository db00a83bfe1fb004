import * as z from "zod";
import { namesOf, withInner } from "../../../engine/flow/condition-uses.ts";
import { isSame } from "../../../engine/flow/same.ts";
import { edgeSchema, type Flow, flowSchema, nodeSchema } from "../../../engine/model/flow.ts";
import {
  groupsIn,
  type Layout,
  layoutSchema,
  notesIn,
  type Place,
  placeIn,
} from "../../../engine/model/layout.ts";
import { namesIn } from "../../../engine/rules/named-conditions.ts";
import { type Change, type Places, together } from "./changes.ts";
import { freeConditionName, isNameLike, nameCondition, replaceNames, replaceNamesIn } from "./conditions.ts";
import { freeName } from "./drawn.ts";
import { freshId } from "./ids.ts";

const clipSchema = z
  .object({
    nodes: z.array(nodeSchema).default([]),
    edges: z.array(edgeSchema).default([]),
    layout: layoutSchema.default({}),
    conditions: flowSchema.shape.conditions,
  })
  .refine(({ nodes, layout }) => nodes.length + notesIn(layout).length > 0);
/** Nodes with the edges among them and the named conditions that they use, notes and groups: what the clipboard holds, as JSON text. A flow file reads as one too. */
export type Clip = z.infer<typeof clipSchema>;

/** What is chosen, by the ids of nodes, notes and groups; a group comes with its nodes. */
export function clipOf(flow: Flow, ids: readonly string[], places: Places): Clip {
  const groups = groupsIn(flow.layout).filter(([id]) => ids.includes(id));
  const chosen = new Set([...ids, ...groups.flatMap(([, { nodes }]) => nodes)]);
  const nodes = flow.nodes.filter(({ id }) => chosen.has(id));
  const placed = nodes.map(({ id }) => [id, places[id] ?? { x: 0, y: 0 }]);
  const notes = notesIn(flow.layout).filter(([id]) => chosen.has(id));
  return {
    nodes,
    edges: flow.edges.filter(({ from, to }) => chosen.has(from) && chosen.has(to)),
    layout: Object.fromEntries([...placed, ...notes, ...groups]),
    ...usedBy(nodes, flow.conditions),
  };
}

/** The conditions that these nodes use by name, directly or by way of others. */
function usedBy(nodes: Clip["nodes"], conditions: Clip["conditions"] = {}): Pick<Clip, "conditions"> {
  const used = withInner(nodes.flatMap(namesOf), conditions);
  const kept = Object.entries(conditions).filter(([name]) => used.has(name));
  return kept.length > 0 ? { conditions: Object.fromEntries(kept) } : {};
}

/** The conditions that come along, and what they are called here: another name where the flow means something else by theirs. */
function bring(flow: Flow, { nodes, conditions }: Clip) {
  const here = flow.conditions ?? {};
  const { conditions: brought = {} } = usedBy(nodes, conditions);
  const taken = new Set([...Object.keys(here), ...Object.keys(brought)]);
  const named = new Map<string, string>();
  const of = (name: string) => ({ condition: named.get(name) ?? name });
  const added: string[] = [];
  // One that uses another which means something else here means something else itself, so what it uses comes first.
  const settle = (name: string) => {
    if (named.has(name) || !Object.hasOwn(brought, name)) return;
    named.set(name, name);
    namesIn(brought[name]).forEach(settle);
    const means = replaceNames(brought[name], of);
    const same = [name, ...Object.keys(here)].find(
      (each) => isNameLike(each, name) && Object.hasOwn(here, each) && isSame(here[each], means),
    );
    const chosen = same ?? (Object.hasOwn(here, name) ? freeConditionName(name, taken) : name);
    if (same === undefined) added.push(name);
    taken.add(chosen);
    named.set(name, chosen);
  };
  Object.keys(brought).forEach(settle);
  return {
    of,
    changes: added.map((name) => nameCondition(of(name).condition, replaceNames(brought[name], of))),
  };
}

/** Reads clipboard text; undefined when it holds no nodes and no notes. */
export function readClip(text: string): Clip | undefined {
  try {
    return clipSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Adds the clip under new ids, its upper left corner at `at`; `ids` are those of the new nodes and notes. */
export function paste(flow: Flow, clip: Clip, at: Place): { change: Change; ids: string[] } {
  const taken = new Set(flow.nodes.map(({ id }) => id));
  const named = new Map<string, string>();
  for (const { id } of clip.nodes) {
    const fresh = freshId(id, taken);
    taken.add(fresh);
    named.set(id, fresh);
  }
  const corner = cornerOf(clip);
  const shifted = ({ x, y }: Place) => ({ x: at.x + x - corner.x, y: at.y + y - corner.y });
  const { of, changes } = bring(flow, clip);
  const nodes = clip.nodes.map((node) => ({ ...replaceNamesIn(node, of), id: named.get(node.id)! }));
  const edges = clip.edges.flatMap(({ id: _, ...edge }) => {
    const [from, to] = [named.get(edge.from), named.get(edge.to)];
    return from && to ? [{ ...edge, from, to }] : [];
  });
  const places = clip.nodes.map(({ id }, index) => {
    const place = placeIn(clip.layout, id) ?? { x: corner.x + index * 40, y: corner.y + index * 40 };
    return [named.get(id)!, shifted(place)];
  });
  const added: Layout = Object.fromEntries(places);
  const free = (sort: "note" | "group") => freeName({ layout: { ...flow.layout, ...added } }, sort);
  const notes = notesIn(clip.layout).map(([, note]) => {
    const name = free("note");
    added[name] = { ...note, ...shifted(note) };
    return name;
  });
  for (const [, { title, nodes: members }] of groupsIn(clip.layout)) {
    const inside = members.flatMap((id) => named.get(id) ?? []);
    if (inside.length > 0) added[free("group")] = { title, nodes: inside };
  }
  return {
    ids: [...nodes.map(({ id }) => id), ...notes],
    change: together(...changes, (before) => ({
      ...before,
      nodes: [...before.nodes, ...nodes],
      edges: [...before.edges, ...edges],
      layout: { ...before.layout, ...added },
    })),
  };
}

export function cornerOf({ layout }: Pick<Clip, "layout">): Place {
  const places = Object.values(layout).filter((drawn) => "x" in drawn);
  if (places.length === 0) return { x: 0, y: 0 };
  return { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
}
