import { mapConditions } from "../../../engine/flow/condition-settings.ts";
import { namesOf } from "../../../engine/flow/condition-uses.ts";
import { schemaOf } from "../../../engine/flow/kind-schema.ts";
import {
  conditionName,
  type Flow,
  type FlowNode,
  maxConditionName,
  maxConditions,
} from "../../../engine/model/flow.ts";
import { kindByName } from "../../../engine/nodes/kinds.ts";
import { namesIn } from "../../../engine/rules/named-conditions.ts";
import type { Change } from "./changes.ts";

export type Conditions = NonNullable<Flow["conditions"]>;
/** What stands in place of a name. */
type Of = (name: string) => unknown;

/** Puts a condition under a name, in place of the one that has it. */
export function nameCondition(name: string, condition: unknown): Change {
  return (flow) => ({ ...flow, conditions: { ...flow.conditions, [name]: condition as Conditions[string] } });
}

/** Gives a condition another name, where it stands and wherever it is used. */
export function renameCondition(from: string, to: string): Change {
  const of: Of = (name) => ({ condition: name === from ? to : name });
  return (flow) =>
    withConditions(
      withNames(flow, of),
      Object.entries(conditionsOf(flow)).map(([name, each]) => [
        name === from ? to : name,
        replaceNames(each, of),
      ]),
    );
}

/** Takes a condition out; whatever uses it has it written out from then on. */
export function writeOutCondition(gone: string): Change {
  return (flow) => {
    const all = conditionsOf(flow);
    const of: Of = (name) => (name === gone ? all[gone] : { condition: name });
    const kept = Object.entries(all).filter(([name]) => name !== gone);
    return withConditions(
      withNames(flow, of),
      kept.map(([name, each]) => [name, replaceNames(each, of)]),
    );
  };
}

/** Nodes and other conditions that use a condition themselves. */
export function usersOf(flow: Flow, name: string): { nodes: FlowNode[]; conditions: string[] } {
  return {
    nodes: flow.nodes.filter((node) => namesOf(node).includes(name)),
    conditions: Object.entries(conditionsOf(flow))
      .filter(([, condition]) => namesIn(condition).includes(name))
      .map(([user]) => user),
  };
}

/** What keeps a text from being the name of a condition. */
export function wrongName(text: string, taken: readonly string[]): "form" | "taken" | undefined {
  if (!conditionName.safeParse(text.trim()).success) return "form";
  return taken.includes(text.trim()) ? "taken" : undefined;
}

/** Whether a flow with these names takes no further condition. */
export const isFull = (names: readonly string[]) => names.length >= maxConditions;

/** A name like the wanted one that none of those has. */
export function freeConditionName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) {
    const name = numbered(wanted, ` ${n}`);
    if (!taken.has(name)) return name;
  }
}

/** Whether a name is the wanted one, or that with a number, as where the wanted one was taken. */
export function isNameLike(name: string, wanted: string): boolean {
  const tail = / \d+$/.exec(name)?.[0];
  return name === wanted || (tail !== undefined && name === numbered(wanted, tail));
}

const numbered = (wanted: string, tail: string) => wanted.slice(0, maxConditionName - tail.length) + tail;

/** A node whose settings have something else in place of names. */
export function replaceNamesIn(node: FlowNode, of: Of): FlowNode {
  const kind = kindByName(node.kind);
  // Nobody knows where the settings of an unknown kind hold conditions, so names in them stay; see namesOf.
  if (!kind) return node;
  const config = mapConditions(schemaOf(kind), node.config, (condition) => replaceNames(condition, of));
  return config === node.config ? node : { ...node, config };
}

/** A condition with something else in place of names; it need not be sound. What does not change stays the same object. */
export function replaceNames(condition: unknown, of: Of): unknown {
  if (typeof condition !== "object" || condition === null) return condition;
  if (Array.isArray(condition)) {
    const parts = condition.map((each) => replaceNames(each, of));
    return parts.some((part, index) => part !== condition[index]) ? parts : condition;
  }
  let kept = condition as Record<string, unknown>;
  for (const key of ["all", "any", "not"]) {
    if (!Object.hasOwn(kept, key)) continue;
    const part = replaceNames(kept[key], of);
    if (part !== kept[key]) kept = { ...kept, [key]: part };
  }
  const { condition: name } = kept;
  if (typeof name !== "string") return kept;
  const put = of(name);
  const other = isReference(put) ? put.condition : undefined;
  if (other === name) return kept;
  return other === undefined ? put : { ...kept, condition: other };
}

const isReference = (put: unknown): put is { condition: string } =>
  typeof put === "object" && put !== null && "condition" in put && typeof put.condition === "string";

const withNames = (flow: Flow, of: Of): Flow => ({
  ...flow,
  nodes: flow.nodes.map((node) => replaceNamesIn(node, of)),
});

/** The flow with these conditions; without any it says nothing of them. */
export function withConditions(
  { conditions: _, ...flow }: Flow,
  conditions: readonly (readonly [string, unknown])[],
): Flow {
  if (conditions.length === 0) return flow;
  return { ...flow, conditions: Object.fromEntries(conditions) as Conditions };
}

export const conditionsOf = ({ conditions = {} }: Flow): Conditions => conditions;
