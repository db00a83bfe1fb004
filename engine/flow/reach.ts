import type { Flow } from "../model/flow.ts";
import { kindByName } from "../nodes/kinds.ts";
import { soundConfig } from "./fields.ts";

/** Ids of the nodes from which messages come to the node, itself among them. */
export function nodesBefore({ edges }: Flow, node: string): Set<string> {
  const found = new Set([node]);
  // A set goes on with what is added meanwhile.
  for (const id of found) for (const { from, to } of edges) if (to === id) found.add(from);
  return found;
}

/** Profiles of the devices whose messages come to the node; undefined where they may be of any. */
export function profilesAt(flow: Flow, node: string): Set<string> | undefined {
  const before = nodesBefore(flow, node);
  const names = new Set<string>();
  for (const one of flow.nodes) {
    const kind = before.has(one.id) ? kindByName(one.kind) : undefined;
    if (!kind?.source) continue;
    const config = soundConfig(kind, one);
    const changes = config === undefined ? [] : Object.values(kind.fields?.(config) ?? {}).flat();
    const asked = changes.flatMap((change) => ("payloadOf" in change ? change.payloadOf : []));
    if (asked.length === 0) return undefined;
    for (const name of asked) names.add(name);
  }
  return names.size > 0 ? names : undefined;
}
