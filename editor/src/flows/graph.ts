import type { Edge, Node } from "@xyflow/react";
import type { Flow, FlowEdge, FlowNode } from "../../../engine/model/flow.ts";
import { notesIn } from "../../../engine/model/layout.ts";
import type { Places } from "../draft/changes.ts";
import { t } from "../text/text.ts";
import { framesOf } from "./frames.ts";
import { describe, type KindInfo, type Kinds, type outputsUnder } from "./kind-info.ts";
import { kindOf, nameOf, nodeWidth, outputOf, outputsAt } from "./outputs.ts";

export type NoteNode = Node<{ text: string }, "note">;
export type FrameNode = Node<{ title: string; nodes: readonly string[] }, "frame">;
export type StageNode = KindNode | NoteNode | FrameNode;

/** What the canvas node shows. */
export interface KindNodeData extends Record<string, unknown> {
  name: string;
  summary: string;
  kind: KindInfo;
  outputs: ReturnType<typeof outputsUnder>;
}
export type KindNode = Node<KindNodeData, "kind">;

export interface RateEdgeData extends Record<string, unknown> {
  /** `<from>:<output>><to>`, as the rates name it. */
  rateKey: string;
  edge: FlowEdge;
}
export type RateEdge = Edge<RateEdgeData, "rate">;

const drawn = new WeakMap<FlowNode, KindNodeData>();

/** What a node shows; the same object as long as nothing in it changes, so that React Flow draws only what did. */
function dataOf(node: FlowNode, flow: Flow, kinds: Kinds): KindNodeData {
  const kind = kindOf(node, kinds);
  const outputs = outputsAt(node, flow, kinds);
  const known = drawn.get(node);
  if (known && known.kind === kind && namesOf(known.outputs) === namesOf(outputs)) return known;
  const data = { name: nameOf(node), summary: describe(node, kind), kind, outputs };
  drawn.set(node, data);
  return data;
}

const namesOf = (outputs: KindNodeData["outputs"]) => outputs.map(({ name }) => name).join("\n");

function noteNodes(flow: Flow): NoteNode[] {
  return notesIn(flow.layout).map(([id, { x, y, text }]) => ({
    id,
    type: "note",
    position: { x, y },
    zIndex: 1,
    ariaRole: "note",
    ariaLabel: t("drawn.noteLabel", { text: text || t("drawn.emptyNote") }),
    data: { text },
  }));
}

function frameNodes(flow: Flow, kinds: Kinds, places: Places): FrameNode[] {
  return framesOf(flow, kinds, places).map(({ id, group, x, y, width, height }) => ({
    id,
    type: "frame",
    position: { x, y },
    width,
    height,
    zIndex: -1,
    // What lies inside takes the pointer; the title takes it for the frame.
    style: { pointerEvents: "none" },
    ariaRole: "group",
    ariaLabel: t("drawn.groupLabel", { title: group.title, count: group.nodes.length }),
    data: { title: group.title, nodes: group.nodes },
  }));
}

/** A flow as React Flow draws it: frames lowest, notes on top. */
export function graphOf(flow: Flow, kinds: Kinds, places: Places): { nodes: StageNode[]; edges: RateEdge[] } {
  const nodes = flow.nodes.map((node): KindNode => {
    const data = dataOf(node, flow, kinds);
    return {
      id: node.id,
      type: "kind",
      position: places[node.id] ?? { x: 0, y: 0 },
      width: nodeWidth,
      ariaRole: "button",
      ariaLabel: `${data.kind.title}: ${data.name}. ${data.summary}`,
      data,
    };
  });
  const known = new Set(flow.nodes.map(({ id }) => id));
  const edges = flow.edges
    .filter(({ from, to }) => known.has(from) && known.has(to))
    .map((edge): RateEdge => {
      const output = outputOf(edge, flow, kinds);
      const rateKey = `${edge.from}:${output}>${edge.to}`;
      return {
        id: rateKey,
        type: "rate",
        source: edge.from,
        target: edge.to,
        sourceHandle: output,
        data: { rateKey, edge },
      };
    });
  return { nodes: [...frameNodes(flow, kinds, places), ...nodes, ...noteNodes(flow)], edges };
}
