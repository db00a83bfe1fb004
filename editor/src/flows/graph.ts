import type { Edge, Node } from "@xyflow/react";
import type { Flow, FlowEdge, FlowNode } from "../../../engine/model/flow.ts";
import type { Places } from "../draft/changes.ts";
import { describe, type KindInfo, type Kinds, type outputsUnder } from "./kind-info.ts";
import { kindOf, nameOf, nodeWidth, outputOf, outputsAt } from "./outputs.ts";

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
  if (known && known.kind.kind === kind.kind && namesOf(known.outputs) === namesOf(outputs)) return known;
  const data = { name: nameOf(node), summary: describe(node), kind, outputs };
  drawn.set(node, data);
  return data;
}

const namesOf = (outputs: KindNodeData["outputs"]) => outputs.map(({ name }) => name).join("\n");

/** A flow as React Flow draws it. */
export function graphOf(flow: Flow, kinds: Kinds, places: Places): { nodes: KindNode[]; edges: RateEdge[] } {
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
  return { nodes, edges };
}
