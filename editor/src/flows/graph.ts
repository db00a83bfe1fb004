import { graphlib, layout } from "@dagrejs/dagre";
import type { Edge, Node } from "@xyflow/react";
import type { Flow, FlowEdge, FlowNode } from "../../../engine/model/flow.ts";
import { outputsOf } from "../../../engine/nodes/kind.ts";
import { describe, type KindInfo, type Kinds } from "./kinds.ts";

/** What the canvas node shows. */
export interface KindNodeData extends Record<string, unknown> {
  name: string;
  summary: string;
  kind: KindInfo;
}
export type KindNode = Node<KindNodeData, "kind">;

export interface RateEdgeData extends Record<string, unknown> {
  /** `<from>:<output>><to>`, as the rates name it. */
  rateKey: string;
}
export type RateEdge = Edge<RateEdgeData, "rate">;

export const nodeWidth = 216;
const headHeight = 98;
const outputHeight = 24;

const unknownKind = { title: "Unknown step", group: "Unknown", summary: "", help: "", outputs: [] };

export function kindOf(node: FlowNode, kinds: Kinds): KindInfo {
  const kind = kinds.get(node.kind) ?? { ...unknownKind, kind: node.kind };
  return kind.outputsFrom ? { ...kind, outputs: [...outputsOf(kind, node.config)] } : kind;
}

/** The output's name, also where the file leaves it out because there is one only. */
export function outputOf(edge: FlowEdge, flow: Flow, kinds: Kinds): string {
  if (edge.output) return edge.output;
  const from = flow.nodes.find((node) => node.id === edge.from);
  return (from && kinds.get(from.kind)?.outputs[0]?.name) ?? "out";
}

function heightOf(kind: KindInfo): number {
  return headHeight + kind.outputs.length * outputHeight + (kind.outputs.length > 0 ? 5 : 0);
}

type Positions = Record<string, { x: number; y: number }>;

function laidOut(flow: Flow, kinds: Kinds): Positions {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 24, ranksep: 72 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of flow.nodes)
    graph.setNode(node.id, { width: nodeWidth, height: heightOf(kindOf(node, kinds)) });
  for (const edge of flow.edges) graph.setEdge(edge.from, edge.to);
  layout(graph);
  const positions: Positions = {};
  for (const { id } of flow.nodes) {
    const { x, y, width, height } = graph.node(id);
    positions[id] = { x: x - width / 2, y: y - height / 2 };
  }
  return positions;
}

function overlaps(flow: Flow, kinds: Kinds, at: Positions): boolean {
  return flow.nodes.some((node, index) =>
    flow.nodes.slice(index + 1).some((other) => {
      const [a, b] = [at[node.id]!, at[other.id]!];
      const upper = a.y < b.y ? node : other;
      return Math.abs(a.x - b.x) < nodeWidth && Math.abs(a.y - b.y) < heightOf(kindOf(upper, kinds));
    }),
  );
}

/** Positions of the flow's file; a layout of our own where one is missing or nodes would cover each other. */
export function positionsOf(flow: Flow, kinds: Kinds): Positions {
  const complete = flow.nodes.every((node) => flow.layout[node.id]);
  if (complete && !overlaps(flow, kinds, flow.layout)) return flow.layout;
  return laidOut(flow, kinds);
}

/** A flow as React Flow draws it. */
export function graphOf(flow: Flow, kinds: Kinds): { nodes: KindNode[]; edges: RateEdge[] } {
  const positions = positionsOf(flow, kinds);
  const nodes = flow.nodes.map((node): KindNode => {
    const kind = kindOf(node, kinds);
    const name = node.name ?? node.id;
    const summary = describe(node);
    return {
      id: node.id,
      type: "kind",
      position: positions[node.id]!,
      width: nodeWidth,
      ariaRole: "button",
      ariaLabel: `${kind.title}: ${name}. ${summary}`,
      data: { name, summary, kind },
    };
  });
  const edges = flow.edges.map((edge): RateEdge => {
    const output = outputOf(edge, flow, kinds);
    const rateKey = `${edge.from}:${output}>${edge.to}`;
    return {
      id: rateKey,
      type: "rate",
      source: edge.from,
      target: edge.to,
      sourceHandle: output,
      data: { rateKey },
    };
  });
  return { nodes, edges };
}
