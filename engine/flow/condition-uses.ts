import type { FlowNode } from "../model/flow.ts";
import { kindByName } from "../nodes/kinds.ts";
import { namesIn } from "../rules/named-conditions.ts";
import { conditionsIn } from "./condition-settings.ts";
import { schemaOf } from "./kind-schema.ts";

/** The names of conditions that a node's settings use themselves, each once. Those of an unknown kind tell none. */
export function namesOf({ kind: name, config }: Pick<FlowNode, "kind" | "config">): string[] {
  const kind = kindByName(name);
  const found = kind ? conditionsIn(schemaOf(kind), config) : [];
  return [...new Set(found.flatMap(({ condition }) => namesIn(condition)))];
}

/** These names and all that their conditions use, directly or by way of others. */
export function withInner(
  names: Iterable<string>,
  conditions: Readonly<Record<string, unknown>> = {},
): Set<string> {
  const all = new Set(names);
  // A set is walked to its end, what is added on the way too.
  for (const name of all)
    if (Object.hasOwn(conditions, name)) for (const inner of namesIn(conditions[name])) all.add(inner);
  return all;
}
