import type { Flow, FlowEdge, FlowNode } from "../../../engine/model/flow.ts";
import type { Values } from "../../../engine/model/value.ts";

export interface Place {
  x: number;
  y: number;
}
export type Places = Readonly<Record<string, Place>>;

/** What a person does to a flow: takes one, gives the next, changes neither. */
export type Change = (flow: Flow) => Flow;

/** Edges are one when they join the same output to the same node. */
export function isSameEdge(a: FlowEdge, b: FlowEdge): boolean {
  return a.from === b.from && a.to === b.to && a.output === b.output;
}

export function addNode(node: FlowNode, at: Place): Change {
  return (flow) => ({
    ...flow,
    nodes: [...flow.nodes, node],
    layout: { ...flow.layout, [node.id]: rounded(at) },
  });
}

export function connect(edge: FlowEdge): Change {
  return (flow) =>
    flow.edges.some((each) => isSameEdge(each, edge)) ? flow : { ...flow, edges: [...flow.edges, edge] };
}

/** Puts another edge in the place of one, as when its end is dragged elsewhere. */
export function reconnect(before: FlowEdge, after: FlowEdge): Change {
  return (flow) => connect(after)(remove({ edges: [before] })(flow));
}

export function moveNodes(places: Places): Change {
  return (flow) => {
    const moved = Object.fromEntries(Object.entries(places).map(([id, place]) => [id, rounded(place)]));
    return { ...flow, layout: { ...flow.layout, ...moved } };
  };
}

/** `version` is that of the kind which the settings are written for, where it is not the first. */
export function configure(id: string, config: Values, version?: number): Change {
  return changeNode(id, (node) => ({ ...node, ...(version !== undefined && { version }), config }));
}

/** An empty name takes the name away: the node is then called by its id. */
export function renameNode(id: string, name: string): Change {
  return changeNode(id, ({ name: _, ...node }) => (name.trim() === "" ? node : { ...node, name }));
}

export function describeFlow(words: { name?: string; description?: string }): Change {
  return (flow) => {
    const { description, ...rest } = { ...flow, ...words };
    return description ? { ...rest, description } : rest;
  };
}

/** Takes out nodes, their edges, and further edges. */
export function remove(gone: { nodes?: readonly string[]; edges?: readonly FlowEdge[] }): Change {
  const ids = new Set(gone.nodes ?? []);
  const isGone = (edge: FlowEdge) =>
    ids.has(edge.from) || ids.has(edge.to) || (gone.edges ?? []).some((each) => isSameEdge(each, edge));
  return (flow) => ({
    ...flow,
    nodes: flow.nodes.filter(({ id }) => !ids.has(id)),
    edges: flow.edges.filter((edge) => !isGone(edge)),
    layout: Object.fromEntries(Object.entries(flow.layout).filter(([id]) => !ids.has(id))),
  });
}

/** Several changes as one. */
export function together(...changes: readonly Change[]): Change {
  return (flow) => changes.reduce((now, change) => change(now), flow);
}

function changeNode(id: string, change: (node: FlowNode) => FlowNode): Change {
  return (flow) => ({ ...flow, nodes: flow.nodes.map((node) => (node.id === id ? change(node) : node)) });
}

const rounded = ({ x, y }: Place): Place => ({ x: Math.round(x), y: Math.round(y) });
