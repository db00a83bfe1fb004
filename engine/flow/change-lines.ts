import type { Flow, FlowEdge, FlowNode } from "../model/flow.ts";
import type { ConditionChange, FlowChanges, SettingChange } from "./compare.ts";
import { namesOf, withInner } from "./condition-uses.ts";
import { type Fate, fateOf } from "./memory.ts";

/** One line of what makes two versions of a flow differ. */
export interface ChangeLine {
  /** `drawn`: nothing that runs, only where things stand on the canvas. */
  sign: "added" | "removed" | "changed" | "drawn";
  /** Id of the node that the line is about, where it is one. */
  node?: string;
  text: string;
  details: string[];
}

/** How changes are said. The engine has English, see change-words.ts; the page brings its own language. */
export interface ChangeWords {
  added(node: FlowNode): string;
  removed(node: FlowNode): string;
  changed(node: FlowNode): string;
  connected(from: string, to: string): string;
  disconnected(from: string, to: string): string;
  moved(count: number): string;
  annotated(): string;
  /** A named condition and its sentence. */
  conditionAdded(name: string, text: string): string;
  conditionRemoved(name: string, text: string): string;
  /** What a named condition is called. */
  conditionTitle(name: string): string;
  /** The nodes that use it. */
  usedBy(nodes: readonly string[]): string;
  setting(title: string, before: string, after: string): string;
  /** What a node is called. */
  name(node: Pick<FlowNode, "id" | "name">): string;
  /** A condition by its sentence. */
  condition(value: unknown): string;
  /** What a setting of a node is called; `node` is undefined for the flow's own name and description. */
  title(node: FlowNode | undefined, path: string): string;
  value(value: unknown, node: FlowNode | undefined, path: string): string;
  /** What becomes of that which a node remembers; left out where the change is not about to be deployed. */
  memory?(fate: Fate): string;
}

/** What changed from `before` to `after`, in words, node by node: what is new first, what is only drawn otherwise last. */
export function changeLines(changes: FlowChanges, before: Flow, after: Flow, say: ChangeWords): ChangeLine[] {
  const setting =
    (node: FlowNode | undefined) =>
    ({ path, before, after }: SettingChange) =>
      say.setting(say.title(node, path), say.value(before, node, path), say.value(after, node, path));
  const name = (flow: Flow, id: string) => say.name(flow.nodes.find((node) => node.id === id) ?? { id });
  const ends = (flow: Flow, { from, to }: FlowEdge) => [name(flow, from), name(flow, to)] as const;
  const memory = (was: FlowNode, node: FlowNode | undefined) => {
    const fate = say.memory && fateOf(was, node);
    return fate ? [say.memory!(fate)] : [];
  };
  const line = (
    sign: ChangeLine["sign"],
    text: string,
    node?: string,
    details: string[] = [],
  ): ChangeLine => ({
    sign,
    ...(node !== undefined && { node }),
    text,
    details,
  });
  const conditionLine = ({ name, before: was, after: is }: ConditionChange) => {
    if (was === undefined) return line("added", say.conditionAdded(name, say.condition(is)));
    if (is === undefined) return line("removed", say.conditionRemoved(name, say.condition(was)));
    const text = say.setting(say.conditionTitle(name), say.condition(was), say.condition(is));
    const nodes = after.nodes.filter((node) => withInner(namesOf(node), after.conditions).has(name));
    const users = nodes.length > 0 ? [say.usedBy(nodes.map(say.name))] : [];
    return line("changed", text, undefined, users);
  };
  return [
    ...changes.words.map((change) => line("changed", setting(undefined)(change))),
    ...changes.conditions.map(conditionLine),
    ...changes.added.map((node) => line("added", say.added(node), node.id)),
    ...changes.removed.map((node) => line("removed", say.removed(node), node.id, memory(node, undefined))),
    ...changes.changed.map(({ before: was, after: node, settings }) =>
      line("changed", say.changed(node), node.id, [...settings.map(setting(node)), ...memory(was, node)]),
    ),
    ...changes.connected.map((edge) => line("added", say.connected(...ends(after, edge)), edge.from)),
    ...changes.disconnected.map((edge) =>
      line("removed", say.disconnected(...ends(before, edge)), edge.from),
    ),
    ...(changes.moved.length > 0 ? [line("drawn", say.moved(changes.moved.length))] : []),
    ...(changes.annotated ? [line("drawn", say.annotated())] : []),
  ];
}
