import type { Flow, FlowEdge, FlowNode } from "../model/flow.ts";
import { groupsIn, notesIn } from "../model/layout.ts";
import { outputsOf } from "../nodes/kind.ts";
import { kindByName } from "../nodes/kinds.ts";
import { namesOf, withInner } from "./condition-uses.ts";
import { type SettingSchema, schemaOf } from "./kind-schema.ts";
import { isSame } from "./same.ts";

/** One setting of a node, before and after; undefined where it was not there. */
export interface SettingChange {
  path: string;
  before: unknown;
  after: unknown;
}

/** A named condition, before and after; undefined where there was none of that name. */
export interface ConditionChange {
  name: string;
  before: unknown;
  after: unknown;
}

export interface FlowChanges {
  added: FlowNode[];
  removed: FlowNode[];
  changed: { before: FlowNode; after: FlowNode; settings: SettingChange[] }[];
  connected: FlowEdge[];
  disconnected: FlowEdge[];
  /** Ids of nodes that only stand elsewhere. */
  moved: string[];
  /** Whether notes or groups are otherwise. */
  annotated: boolean;
  conditions: ConditionChange[];
  /** Nodes that only run otherwise because a condition which they use by its name did change, with the names. */
  through: { node: FlowNode; names: string[] }[];
  /** Name or description of the flow. */
  words: SettingChange[];
}

/** What became of `before`, by the ids of nodes. `outputOf` names an edge's output also where the file leaves it out. */
export function compareFlows(before: Flow, after: Flow, outputOf = outputNamed): FlowChanges {
  const [was, now] = [byId(before), byId(after)];
  const shared = after.nodes.filter(({ id }) => was.has(id));
  const changed = shared.flatMap((node) => {
    const old = was.get(node.id)!;
    return isSame(old, node) ? [] : [{ before: old, after: node, settings: settingsChanged(old, node) }];
  });
  const conditions = conditionsChanged(before, after);
  const keyIn = (flow: Flow) => (edge: FlowEdge) => `${edge.from}:${outputOf(edge, flow)}>${edge.to}`;
  const oldEdges = new Set(before.edges.map(keyIn(before)));
  const newEdges = new Set(after.edges.map(keyIn(after)));
  return {
    added: after.nodes.filter(({ id }) => !was.has(id)),
    removed: before.nodes.filter(({ id }) => !now.has(id)),
    changed,
    connected: after.edges.filter((edge) => !oldEdges.has(keyIn(after)(edge))),
    disconnected: before.edges.filter((edge) => !newEdges.has(keyIn(before)(edge))),
    moved: shared.filter(({ id }) => !isSame(before.layout[id], after.layout[id])).map(({ id }) => id),
    annotated: !isSame(drawnIn(before), drawnIn(after)),
    conditions,
    through: nodesThrough(
      shared.filter((node) => !changed.some(({ after }) => after === node)),
      conditions,
      after,
    ),
    words: leaves("name", before.name, after.name).concat(
      leaves("description", before.description, after.description),
    ),
  };
}

/** Ids of nodes that would run otherwise than before: new, set anew, themselves or by a named condition, or joined anew. */
export function touchedNodes({ added, changed, through, connected, disconnected }: FlowChanges): Set<string> {
  const ids = [...added, ...changed.map(({ after }) => after), ...through.map(({ node }) => node)].map(
    ({ id }) => id,
  );
  return new Set([...ids, ...[...connected, ...disconnected].map(({ from }) => from)]);
}

/** Whether the flow would run otherwise; where nodes stand does not count. */
export function isOtherwise(changes: FlowChanges): boolean {
  const { removed, words, conditions } = changes;
  return removed.length + words.length + conditions.length + touchedNodes(changes).size > 0;
}

function conditionsChanged({ conditions: was = {} }: Flow, { conditions: is = {} }: Flow): ConditionChange[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const of = (all: object, name: string): unknown =>
    Object.hasOwn(all, name) ? all[name as keyof object] : undefined;
  return names
    .map((name) => ({ name, before: of(was, name), after: of(is, name) }))
    .filter(({ before, after }) => !isSame(before, after));
}

function nodesThrough(nodes: readonly FlowNode[], changes: readonly ConditionChange[], flow: Flow) {
  if (changes.length === 0) return [];
  return nodes
    .map((node) => {
      const used = withInner(namesOf(node), flow.conditions);
      return { node, names: changes.map(({ name }) => name).filter((name) => used.has(name)) };
    })
    .filter(({ names }) => names.length > 0);
}

function settingsChanged(before: FlowNode, after: FlowNode): SettingChange[] {
  const kind = kindByName(after.kind);
  return [
    ...leaves("name", before.name, after.name),
    ...leaves("kind", before.kind, after.kind),
    ...leaves("", before.config, after.config, kind && schemaOf(kind)),
  ];
}

/** Differences down to what cannot be taken apart with gain: lists and short objects stay whole. */
function leaves(path: string, before: unknown, after: unknown, schema?: SettingSchema): SettingChange[] {
  if (isSame(before, after)) return [];
  const isCondition = schema?.widget === "condition";
  const apart = !isCondition && isPlain(before) && isPlain(after) && path.split(".").length < 3;
  if (!apart) return [{ path, before, after }];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    leaves(path ? `${path}.${name}` : name, before[name], after[name], schema?.properties?.[name]),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !["all", "any", "not"].some((name) => name in value);
}

function outputNamed({ from, output }: FlowEdge, { nodes }: Flow): string {
  const node = nodes.find(({ id }) => id === from);
  const kind = node && kindByName(node.kind);
  return output ?? (kind && outputsOf(kind, node.config)[0]?.name) ?? "out";
}

const drawnIn = ({ layout }: Flow) => Object.fromEntries([...notesIn(layout), ...groupsIn(layout)]);
const byId = ({ nodes }: Flow) => new Map(nodes.map((node) => [node.id, node]));
