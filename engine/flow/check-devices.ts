import type { Flow } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { Kind } from "../nodes/kind.ts";
import { kindByName } from "../nodes/kinds.ts";
import type { Link } from "./check-edges.ts";
import { soundConfig } from "./fields.ts";
import { handings, type Surroundings } from "./surroundings.ts";

/**
 * Finds nodes that need a device where messages come from what a node before them grouped by, also in the flows that
 * messages are handed to.
 */
export function checkDevices(
  flow: Flow,
  kindOf: ReadonlyMap<string, Kind | undefined>,
  links: readonly Link[],
  { flows }: Surroundings = {},
): Problem[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of links) next.set(from, [...(next.get(from) ?? []), to]);
  const problems: Problem[] = [];
  const needy = new Map<string, (by: string) => string | undefined>();
  const groups: { id: string; by: string }[] = [];
  for (const node of flow.nodes) {
    const kind = kindOf.get(node.id);
    const parsed = kind && soundConfig(kind, node);
    if (!kind || parsed === undefined) continue;
    if (kind.needsDevice) needy.set(node.id, (by) => kind.needsDevice!(parsed, by));
    const by = kind.groupsBy?.(parsed) ?? "device";
    if (by !== "device") groups.push({ id: node.id, by });
  }
  const handing = new Map(handings(flow).map((one) => [one.node, one]));
  // Behind another node that groups, messages come from its keys.
  const isGroup = new Set(groups.map(({ id }) => id));
  for (const { id, by } of groups)
    for (const behind of reached(id, next, isGroup)) {
      const handed = handing.get(behind);
      if (handed && needsDevice(handed.flow, by, flows)) {
        handing.delete(behind);
        problems.push({
          code: "needs_device",
          node: behind,
          path: handed.setting,
          message: `Node "${behind}": The flow "${handed.flow}" sends commands to the device that a message came from, and behind "${id}" messages come from a ${by}, which is none. Connect this node before "${id}", or group that one by device.`,
        });
      }
      const advice = needy.get(behind)?.(by);
      if (advice === undefined) continue;
      needy.delete(behind);
      problems.push({
        code: "needs_device",
        node: behind,
        message: `Node "${behind}" needs the device that sent a message, and behind "${id}" messages come from a ${by}, which is none. ${advice}; or connect it to a node before "${id}", or group that one by device.`,
      });
    }
  return problems;
}

/** Whether messages handed to the flow reach a node that needs their device, there or in a flow that it hands them to. */
function needsDevice(
  start: string,
  by: string,
  flows: Surroundings["flows"],
  seen = new Set<string>(),
): boolean {
  const flow = flows?.get(start)?.definition;
  if (!flow || seen.has(start)) return false;
  seen.add(start);
  const settings = new Map(
    flow.nodes.map((node) => {
      const kind = kindByName(node.kind);
      return [node.id, { kind, config: kind && soundConfig(kind, node) }] as const;
    }),
  );
  const next = new Map<string, string[]>();
  for (const { from, to } of flow.edges) next.set(from, [...(next.get(from) ?? []), to]);
  const inside = new Set<string>();
  for (const [id, { kind, config }] of settings)
    if (config !== undefined && kind?.takesHanded?.(config))
      for (const behind of reached(id, next)) inside.add(behind);
  for (const id of inside) {
    const { kind, config } = settings.get(id) ?? {};
    if (config !== undefined && kind?.needsDevice?.(config, by) !== undefined) return true;
  }
  return handings(flow).some((one) => inside.has(one.node) && needsDevice(one.flow, by, flows, seen));
}

/** Every node behind this one, not looking past those in `ends`. */
function reached(
  start: string,
  next: ReadonlyMap<string, readonly string[]>,
  ends?: ReadonlySet<string>,
): Set<string> {
  const seen = new Set<string>();
  const stack = [start];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (id !== start && ends?.has(id)) continue;
    for (const to of next.get(id) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      stack.push(to);
    }
  }
  return seen;
}
