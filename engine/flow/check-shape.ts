import type { Flow } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { Kind } from "../nodes/kind.ts";
import type { Link } from "./check-edges.ts";
import { countVisits, maxVisits } from "./ways.ts";

/** Checks what the edges make together: loops, nodes no message reaches, and a number of ways that would never end. */
export function checkShape(
  flow: Flow,
  kindOf: ReadonlyMap<string, Kind | undefined>,
  links: readonly Link[],
): Problem[] {
  const next = new Map<string, string[]>([...kindOf.keys()].map((id) => [id, []]));
  const entered = new Set<string>();
  for (const { from, to } of links) {
    next.get(from)!.push(to);
    entered.add(to);
  }
  const cycle = findCycle(next);
  if (cycle)
    return [
      {
        code: "cycle",
        node: cycle[0]!,
        message: `Messages would run in a circle: ${[...cycle, cycle[0]!].join(" -> ")}. Take out one of these edges.`,
      },
    ];
  // What a kind not known here would do is open, so it may start a flow.
  const starts = [...kindOf]
    .filter(([id, kind]) => (kind ? kind.source : !entered.has(id)))
    .map(([id]) => id);
  if (starts.length === 0) return [];
  const visits = countVisits(starts, next);
  const problems: Problem[] = [];
  for (const { id } of flow.nodes) {
    if (visits.has(id)) continue;
    problems.push({
      code: "unreachable",
      node: id,
      message: `No message reaches node "${id}"; connect an output of another node to it, or take it out.`,
    });
    visits.set(id, 0);
  }
  let total = 0;
  for (const count of visits.values()) total += count;
  if (total > maxVisits)
    problems.push({
      code: "too_many_ways",
      message: `One message could make more than ${maxVisits} visits, because branches part and join again and again; join fewer of them.`,
    });
  return problems;
}

/** Ids along the first circle found, in the order messages would take; undefined when there is none. */
function findCycle(next: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  for (const start of next.keys()) {
    const path: { id: string; at: number }[] = [];
    const onPath = new Set<string>();
    const enter = (id: string) => {
      path.push({ id, at: 0 });
      onPath.add(id);
    };
    if (!done.has(start)) enter(start);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const target = next.get(step.id)![step.at++];
      if (target === undefined) {
        done.add(step.id);
        onPath.delete(step.id);
        path.pop();
      } else if (onPath.has(target)) {
        const ids = path.map(({ id }) => id);
        return ids.slice(ids.indexOf(target));
      } else if (!done.has(target)) enter(target);
    }
  }
  return undefined;
}
