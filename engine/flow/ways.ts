import type { Flow } from "../model/flow.ts";
import { kindByName } from "../nodes/kinds.ts";
import { handings, type Surroundings } from "./surroundings.ts";

/** Visits that one message may make. */
export const maxVisits = 100_000;

/** How often one message could come to each node, if it left by every output; for edges without circles. */
export function countVisits(
  starts: readonly string[],
  next: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const order: string[] = [];
  const seen = new Set<string>();
  const stack = starts.map((id) => ({ id, isDone: false }));
  for (let step = stack.pop(); step; step = stack.pop()) {
    if (step.isDone) order.push(step.id);
    if (step.isDone || seen.has(step.id)) continue;
    seen.add(step.id);
    stack.push({ id: step.id, isDone: true });
    for (const id of next.get(step.id)!) if (!seen.has(id)) stack.push({ id, isDone: false });
  }
  const visits = new Map<string, number>();
  for (const id of starts) visits.set(id, 1);
  for (const from of order.reverse())
    for (const to of next.get(from)!)
      visits.set(to, Math.min(Number.MAX_SAFE_INTEGER, (visits.get(to) ?? 0) + visits.get(from)!));
  return visits;
}

/** How many visits one message could make in the flow and all that it is handed to; for flows without circles. */
export function waysThrough(
  flow: Flow,
  flows: Surroundings["flows"],
  known = new Map<string, number>(),
): number {
  const next = new Map<string, string[]>(flow.nodes.map(({ id }) => [id, []]));
  for (const { from, to } of flow.edges) if (next.has(to)) next.get(from)?.push(to);
  const starts = flow.nodes.filter(({ kind }) => kindByName(kind)?.source).map(({ id }) => id);
  const visits = countVisits(starts, next);
  let total = 0;
  for (const count of visits.values()) total += count;
  for (const { node, flow: id } of handings(flow)) {
    const other = flows?.get(id);
    if (!other) continue;
    if (!known.has(id)) known.set(id, waysThrough(other.definition, flows, known));
    total += (visits.get(node) ?? 0) * known.get(id)!;
  }
  return total;
}
