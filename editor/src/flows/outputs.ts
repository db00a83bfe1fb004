import type { Flow, FlowEdge, FlowNode } from "../../../engine/model/flow.ts";
import { t } from "../text/text.ts";
import { humanise } from "../ui/words.ts";
import { type KindInfo, type Kinds, outputsUnder, present } from "./kind-info.ts";

export const nodeWidth = 216;

const unknownKind = { group: "Unknown", icon: "", summary: "", help: "", outputs: [] };

/** What a node is called: its name, else its id as words. */
export function nameOf({ name, id }: Pick<FlowNode, "id" | "name">): string {
  return name ?? humanise(id.replace(/(\d+)$/, " $1"));
}

/** The same for a node of the flow by its id, which may be gone. */
export function nameIn(flow: Flow, id: string): string {
  const node = flow.nodes.find((each) => each.id === id);
  return node ? nameOf(node) : id;
}

export function kindOf(node: FlowNode, kinds: Kinds): KindInfo {
  return kinds.get(node.kind) ?? { ...unknownKind, title: t("node.unknownStep"), kind: node.kind };
}

/** The output's name, also where the file leaves it out because there is one only. */
export function outputOf(edge: FlowEdge, flow: Flow, kinds: Kinds): string {
  if (edge.output) return edge.output;
  const from = flow.nodes.find((node) => node.id === edge.from);
  return (from && outputsUnder(kindOf(from, kinds), from.config)[0]?.name) ?? "out";
}

/** A node's outputs, with those that edges still begin at though its settings no longer give them. */
export function outputsAt(node: FlowNode, flow: Flow, kinds: Kinds) {
  const known = outputsUnder(kindOf(node, kinds), present(node).config);
  const named = flow.edges.filter((edge) => edge.from === node.id).map((edge) => outputOf(edge, flow, kinds));
  const missing = [...new Set(named)].filter((name) => known.every((output) => output.name !== name));
  if (missing.length === 0) return known;
  return [...known, ...missing.map((name) => ({ name, title: name, missing: true }))];
}
