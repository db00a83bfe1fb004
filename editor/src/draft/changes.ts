import type { Flow, FlowEdge, FlowNode } from "../../../engine/model/flow.ts";
import { groupsIn, type Layout, type Place } from "../../../engine/model/layout.ts";
import type { Values } from "../../../engine/model/value.ts";

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
    const moved = Object.entries(places).map(([id, place]) => [
      id,
      { ...flow.layout[id], ...rounded(place) },
    ]);
    return { ...flow, layout: { ...flow.layout, ...Object.fromEntries(moved) } };
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

/** Takes out nodes, notes and frames by id, the nodes' edges, and further edges. */
export function remove(gone: { nodes?: readonly string[]; edges?: readonly FlowEdge[] }): Change {
  const ids = new Set(gone.nodes ?? []);
  const isGone = (edge: FlowEdge) =>
    ids.has(edge.from) || ids.has(edge.to) || (gone.edges ?? []).some((each) => isSameEdge(each, edge));
  return (flow) => ({
    ...flow,
    nodes: flow.nodes.filter(({ id }) => !ids.has(id)),
    edges: flow.edges.filter((edge) => !isGone(edge)),
    layout: withoutMembers(flow.layout, (id) => ids.has(id)),
  });
}

/** A layout in which no place, note, group or member of a group is one of those. A group without members goes too. */
export function withoutMembers(layout: Layout, isGone: (id: string) => boolean): Layout {
  const left = Object.entries(layout).filter(([id]) => !isGone(id));
  const groups = groupsIn(Object.fromEntries(left)).map(([id, group]) => {
    const nodes = group.nodes.filter((node) => !isGone(node));
    return [id, nodes.length === group.nodes.length ? group : { ...group, nodes }] as const;
  });
  const kept = { ...Object.fromEntries(left), ...Object.fromEntries(groups) };
  return Object.fromEntries(
    Object.entries(kept).filter(([, drawn]) => !("title" in drawn) || drawn.nodes.length),
  );
}

/** Several changes as one. */
export function together(...changes: readonly Change[]): Change {
  return (flow) => changes.reduce((now, change) => change(now), flow);
}

function changeNode(id: string, change: (node: FlowNode) => FlowNode): Change {
  return (flow) => ({ ...flow, nodes: flow.nodes.map((node) => (node.id === id ? change(node) : node)) });
}

const rounded = ({ x, y }: Place): Place => ({ x: Math.round(x), y: Math.round(y) });
