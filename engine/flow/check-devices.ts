import type { Flow } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import { type Kind, presentConfig } from "../nodes/kind.ts";
import type { Link } from "./check-edges.ts";

/** Finds nodes that need a device where messages come from what a node before them grouped by. */
export function checkDevices(
  flow: Flow,
  kindOf: ReadonlyMap<string, Kind | undefined>,
  links: readonly Link[],
): Problem[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of links) next.set(from, [...(next.get(from) ?? []), to]);
  const problems: Problem[] = [];
  const needy = new Set<string>();
  const groups: { id: string; by: string }[] = [];
  for (const node of flow.nodes) {
    const kind = kindOf.get(node.id);
    const parsed = kind && settingsOf(kind, node);
    if (!parsed) continue;
    if (kind.needsDevice?.(parsed)) needy.add(node.id);
    const by = kind.groupsBy?.(parsed) ?? "device";
    if (by !== "device") groups.push({ id: node.id, by });
  }
  for (const { id, by } of groups)
    for (const behind of reached(id, next)) {
      if (!needy.delete(behind)) continue;
      problems.push({
        code: "needs_device",
        node: behind,
        message: `Node "${behind}" needs the device that sent a message, and behind "${id}" messages come from a ${by}, which is none. Connect it to a node before "${id}", or group that one by device.`,
      });
    }
  return problems;
}

/** Undefined where they are wrong, which the check of the settings says. */
function settingsOf(kind: Kind, node: Flow["nodes"][number]): unknown {
  try {
    return kind.config.parse(presentConfig(kind, node));
  } catch {
    return undefined;
  }
}

/** Every node behind this one. */
function reached(start: string, next: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const stack = [start];
  for (let id = stack.pop(); id !== undefined; id = stack.pop())
    for (const to of next.get(id) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      stack.push(to);
    }
  return seen;
}
