import type { Flow, FlowEdge } from "../../../engine/model/flow.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { kindOf, nameOf, outputOf } from "../flows/outputs.ts";
import { t } from "../text/text.ts";

/** Why an edge cannot be drawn, in a sentence; undefined when it can. */
export function refusal(flow: Flow, kinds: Kinds, edge: FlowEdge): string | undefined {
  const from = flow.nodes.find(({ id }) => id === edge.from);
  const to = flow.nodes.find(({ id }) => id === edge.to);
  if (!from || !to) return t("refuse.gone");
  const name = nameOf(to);
  if (kindOf(to, kinds).source) return t("refuse.source", { name });
  if (edge.from === edge.to) return t("refuse.itself");
  const output = outputOf(edge, flow, kinds);
  const twice = flow.edges.some(
    (each) => each.from === edge.from && each.to === edge.to && outputOf(each, flow, kinds) === output,
  );
  if (twice) return t("refuse.twice", { name });
  if (reaches(flow, edge.to, edge.from)) return t("refuse.circle", { name });
  return undefined;
}

/** Whether a message at `start` can come to `end`. */
function reaches(flow: Flow, start: string, end: string): boolean {
  const seen = new Set<string>();
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === end) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const edge of flow.edges) if (edge.from === id) waiting.push(edge.to);
  }
  return false;
}
