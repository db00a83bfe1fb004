import { namesOf, withInner } from "../../../engine/flow/condition-uses.ts";
import { isSame } from "../../../engine/flow/same.ts";
import type { Flow, FlowEdge, FlowNode } from "../../../engine/model/flow.ts";
import { withoutMembers } from "./changes.ts";
import {
  type Conditions,
  conditionsOf,
  freeConditionName,
  renameCondition,
  withConditions,
} from "./conditions.ts";

export interface Merged {
  flow: Flow;
  /** Nodes and names of conditions that both sides changed in the same place: mine was kept. */
  clashes: string[];
  /** Names that their conditions got, as both sides had added others under theirs. */
  apart: string[];
}

/** Brings together what two people made of one flow: by node, and within a node by setting. */
export function merge(base: Flow, mine: Flow, given: Flow): Merged {
  const clashes: string[] = [];
  const apart: string[] = [];
  const theirs = setApart(base, mine, given, apart);
  const nodes = mergeNodes(base.nodes, mine.nodes, theirs.nodes, clashes);
  const ids = new Set(nodes.map(({ id }) => id));
  const edges = mergeEdges(base.edges, mine.edges, theirs.edges).filter(
    ({ from, to }) => ids.has(from) && ids.has(to),
  );
  const layout = threeWay(base.layout, mine.layout, theirs.layout).value;
  const words = threeWay(wordsOf(base), wordsOf(mine), wordsOf(theirs)).value;
  const placed = withoutMembers(layout, (id) => !id.includes(":") && !ids.has(id));
  const flow = { ...mine, ...words, nodes, edges, layout: placed };
  const conditions = mergeConditions({ base, mine, theirs }, nodes, clashes);
  return { flow: withConditions(flow, conditions), clashes, apart };
}

/** Theirs, with another name for each condition that both added under one name and that means something else there. */
function setApart(base: Flow, mine: Flow, theirs: Flow, apart: string[]): Flow {
  const [was, my, their] = [base, mine, theirs].map(conditionsOf) as [Conditions, Conditions, Conditions];
  const name = Object.keys(their).find(
    (each) => !Object.hasOwn(was, each) && Object.hasOwn(my, each) && !isSame(my[each], their[each]),
  );
  if (name === undefined) return theirs;
  const fresh = freeConditionName(name, new Set(Object.keys({ ...was, ...my, ...their })));
  apart.push(fresh);
  // One that uses it means something else from then on too.
  return setApart(base, mine, renameCondition(name, fresh)(theirs), apart);
}

/** By name. One that a side took out stays while a node or another condition uses it. */
function mergeConditions(
  { base, mine, theirs }: Record<"base" | "mine" | "theirs", Flow>,
  nodes: readonly FlowNode[],
  clashes: string[],
) {
  const [was, my, their] = [base, mine, theirs].map(conditionsOf) as [Conditions, Conditions, Conditions];
  const merged: Conditions = {};
  for (const name of new Set([...Object.keys(my), ...Object.keys(their)])) {
    const { value, clash } = threeWay<Conditions>(only(was, name), only(my, name), only(their, name));
    if (clash) clashes.push(name);
    if (Object.hasOwn(value, name)) merged[name] = value[name]!;
  }
  const all = { ...was, ...their, ...my, ...merged };
  for (const name of withInner([...nodes.flatMap(namesOf), ...Object.keys(merged)], all))
    if (!Object.hasOwn(merged, name) && Object.hasOwn(all, name)) merged[name] = all[name]!;
  return Object.entries(merged);
}

const only = (all: Conditions, name: string): Conditions =>
  Object.hasOwn(all, name) ? { [name]: all[name]! } : {};

const wordsOf = ({ name, description }: Flow) => ({ name, description });

function mergeNodes(base: FlowNode[], mine: FlowNode[], theirs: FlowNode[], clashes: string[]): FlowNode[] {
  const [was, other] = [byId(base), byId(theirs)];
  const own = byId(mine);
  const kept = mine.flatMap((node) => {
    const [before, there] = [was.get(node.id), other.get(node.id)];
    if (there) {
      const { value, clash } = mergeNode(before, node, there);
      if (clash) clashes.push(node.id);
      return [value];
    }
    if (!before) return [node];
    if (isSame(before, node)) return [];
    clashes.push(node.id);
    return [node];
  });
  const added = theirs.filter((node) => {
    if (own.has(node.id)) return false;
    const before = was.get(node.id);
    if (before && !isSame(before, node)) clashes.push(node.id);
    return !before || !isSame(before, node);
  });
  return [...kept, ...added];
}

function mergeNode(before: FlowNode | undefined, mine: FlowNode, theirs: FlowNode) {
  const { config: wasConfig = {}, ...was } = before ?? ({} as Partial<FlowNode>);
  const { config: myConfig, ...my } = mine;
  const { config: theirConfig, ...their } = theirs;
  const head = threeWay<Record<string, unknown>>(was, my, their);
  const config = threeWay(wasConfig, myConfig, theirConfig);
  return {
    value: { ...head.value, config: config.value } as FlowNode,
    clash: head.clash || config.clash,
  };
}

/** By name: who alone changed it is right; where both did, mine is. */
function threeWay<T extends Record<string, unknown>>(base: T, mine: T, theirs: T) {
  const value: Record<string, unknown> = {};
  let clash = false;
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [was, my, their] = [base, mine, theirs].map((of) =>
      Object.hasOwn(of, name) ? of[name] : undefined,
    );
    const both = !isSame(was, my) && !isSame(was, their) && !isSame(my, their);
    if (both) clash = true;
    const chosen = isSame(was, my) ? their : my;
    if (chosen !== undefined) value[name] = chosen;
  }
  return { value: value as T, clash };
}

function mergeEdges(base: FlowEdge[], mine: FlowEdge[], theirs: FlowEdge[]): FlowEdge[] {
  const [was, other, own] = [keys(base), keys(theirs), keys(mine)];
  const kept = mine.filter((edge) => other.has(key(edge)) || !was.has(key(edge)));
  const added = theirs.filter((edge) => !own.has(key(edge)) && !was.has(key(edge)));
  return [...kept, ...added];
}

const key = ({ from, output, to }: FlowEdge) => `${from}:${output ?? ""}>${to}`;
const keys = (edges: FlowEdge[]) => new Set(edges.map(key));
const byId = (nodes: FlowNode[]) => new Map(nodes.map((node) => [node.id, node]));
