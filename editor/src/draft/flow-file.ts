import * as z from "zod";
import {
  edgeSchema,
  type Flow,
  type FlowEdge,
  type FlowNode,
  flowSchema,
  maxConditions,
  nodeSchema,
} from "../../../engine/model/flow.ts";
import { groupsIn, type Layout, layoutSchema } from "../../../engine/model/layout.ts";
import { withoutMembers } from "./changes.ts";
import { freshId, idFrom } from "./ids.ts";

/** Something in a file that could not be taken as it is. */
export type Finding =
  | { type: "not-json"; message: string }
  | { type: "no-flow" }
  | { type: "newer"; schema: number }
  | { type: "unknown-name"; where: string; names: string[] }
  | { type: "node-left-out"; where: string }
  | { type: "edge-left-out"; from: string; to: string }
  | { type: "renamed"; from: string; to: string }
  | { type: "condition-left-out"; name: string }
  | { type: "conditions-left-out" }
  | { type: "layout-left-out" };

export interface ReadFile {
  /** Undefined where the text holds no flow at all. */
  flow?: Flow;
  findings: Finding[];
}

const looseFlow = z.looseObject({ nodes: z.array(z.unknown()), edges: z.array(z.unknown()).default([]) });
const record = z.record(z.string(), z.unknown());

/** A flow as the text of its file. */
export function fileText(flow: Flow): string {
  return `${JSON.stringify(flow, null, 2)}\n`;
}

/** Reads the text of a flow file as far as it goes; whatever could not be taken is a finding. Never throws. */
export function readFlowFile(text: string): ReadFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { findings: [{ type: "not-json", message: (error as Error).message }] };
  }
  const given = looseFlow.safeParse(json);
  if (!given.success) return { findings: [{ type: "no-flow" }] };
  const findings: Finding[] = [];
  const { nodes: rawNodes, edges: rawEdges, layout, schema, ...head } = given.data;
  if (typeof schema === "number" && schema > 1) findings.push({ type: "newer", schema });
  unknownNames("", { ...head }, ["id", "name", "description", "conditions"], findings);
  const nodes = readNodes(rawNodes, findings);
  const edges = readEdges(rawEdges, nodes.named, findings);
  const name = typeof head.name === "string" && head.name.trim() ? head.name.trim().slice(0, 128) : "Flow";
  const conditions = readConditions(head.conditions, findings);
  const id = typeof head.id === "string" && head.id ? idFrom(head.id) : idFrom(name);
  const flow = {
    id,
    name,
    ...(typeof head.description === "string" && { description: head.description.slice(0, 2000) }),
    schema: 1,
    ...(conditions.length > 0 && { conditions: Object.fromEntries(conditions) }),
    nodes: nodes.list,
    edges,
    layout: readLayout(layout, nodes, findings),
  };
  const parsed = flowSchema.safeParse(flow);
  return parsed.success ? { flow: parsed.data, findings } : { findings: [...findings, { type: "no-flow" }] };
}

/** Those that can be kept; what they hold is looked at with the flow's other problems. */
function readConditions(raw: unknown, findings: Finding[]): [string, unknown][] {
  if (raw === undefined) return [];
  const given = record.safeParse(raw);
  if (!given.success) findings.push({ type: "conditions-left-out" });
  return Object.entries(given.data ?? {}).filter(([name, condition], index) => {
    const fits =
      index < maxConditions && flowSchema.shape.conditions.safeParse({ [name]: condition }).success;
    if (!fits) findings.push({ type: "condition-left-out", name });
    return fits;
  });
}

interface Nodes {
  list: FlowNode[];
  /** New ids by those in the file. */
  named: Map<string, string>;
}

function readNodes(raw: readonly unknown[], findings: Finding[]): Nodes {
  const list: FlowNode[] = [];
  const named = new Map<string, string>();
  for (const [index, each] of raw.entries()) {
    const given = record.safeParse(each).data ?? {};
    const where = typeof given.id === "string" ? given.id : `nodes[${index}]`;
    unknownNames(where, given, Object.keys(nodeSchema.shape), findings);
    const id = freshId(
      typeof given.id === "string" ? given.id : "step",
      list.map((node) => node.id),
    );
    const known = Object.entries({ ...given, id }).filter(([name]) => name in nodeSchema.shape);
    const node = nodeSchema.safeParse(Object.fromEntries(known));
    if (!node.success) {
      findings.push({ type: "node-left-out", where });
      continue;
    }
    if (id !== where && typeof given.id === "string") findings.push({ type: "renamed", from: where, to: id });
    if (!named.has(where)) named.set(where, id);
    list.push(node.data);
  }
  return { list, named };
}

function readEdges(raw: readonly unknown[], named: Nodes["named"], findings: Finding[]): FlowEdge[] {
  return raw.flatMap((each) => {
    const given = record.safeParse(each).data ?? {};
    const [from, to] = [String(given.from ?? ""), String(given.to ?? "")];
    unknownNames(`${from} → ${to}`, given, Object.keys(edgeSchema.shape), findings);
    const known = Object.entries(given).filter(([name]) => name in edgeSchema.shape);
    const edge = edgeSchema.safeParse({
      ...Object.fromEntries(known),
      from: named.get(from),
      to: named.get(to),
    });
    if (edge.success) return [edge.data];
    findings.push({ type: "edge-left-out", from, to });
    return [];
  });
}

function readLayout(raw: unknown, { list, named }: Nodes, findings: Finding[]): Flow["layout"] {
  if (raw === undefined) return {};
  const entries = Object.entries(record.safeParse(raw).data ?? {});
  const layout = layoutSchema.safeParse(
    Object.fromEntries(entries.map(([id, drawn]) => [named.get(id) ?? id, drawn])),
  );
  if (!layout.success) {
    findings.push({ type: "layout-left-out" });
    return {};
  }
  const ids = new Set(list.map(({ id }) => id));
  const groups = groupsIn(layout.data).map(([id, group]) => {
    const nodes = group.nodes.map((node) => named.get(node) ?? node);
    return [id, { ...group, nodes }] as const;
  });
  const all: Layout = { ...layout.data, ...Object.fromEntries(groups) };
  const members = new Set(groups.flatMap(([, { nodes }]) => nodes));
  const isGone = (id: string) => (!id.includes(":") || members.has(id)) && !ids.has(id);
  return withoutMembers(all, isGone);
}

function unknownNames(where: string, given: object, known: readonly string[], findings: Finding[]) {
  const names = Object.keys(given).filter((name) => !known.includes(name));
  if (names.length > 0) findings.push({ type: "unknown-name", where, names });
}
