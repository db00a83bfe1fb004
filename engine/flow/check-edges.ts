import type { Flow, FlowEdge } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { Kind } from "../nodes/kind.ts";
import { nearest } from "../rules/nearest.ts";

/** An edge between two nodes that exist. */
export interface Link {
  from: string;
  to: string;
}

/** Checks every edge by itself; `links` are those whose two ends exist, without repetitions. */
export function checkEdges(
  flow: Flow,
  kindOf: ReadonlyMap<string, Kind | undefined>,
): { problems: Problem[]; links: Link[] } {
  const problems: Problem[] = [];
  const links: Link[] = [];
  const seen = new Set<string>();
  const ids = new Set<string>();
  const nodeIds = [...kindOf.keys()];
  for (const edge of flow.edges) {
    const kind = kindOf.get(edge.from);
    const output = edge.output ?? (kind?.outputs.length === 1 ? kind.outputs[0]!.name : undefined);
    const key = `${edge.from}${output ? `:${output}` : ""}>${edge.to}`;
    const name = edge.id ?? key;
    const say = (code: string, message: string) => problems.push({ code, edge: name, message });

    const missing = [edge.from, edge.to].filter((id, i, both) => !kindOf.has(id) && both.indexOf(id) === i);
    for (const id of missing)
      say(
        "unknown_node",
        `${arrow(edge)}: there is no node "${id}".${did(id, nodeIds)} Connect it anew or take the edge out.`,
      );
    if (edge.id !== undefined && ids.has(edge.id))
      say("duplicate_id", `Two edges have the id "${edge.id}"; give one of them another.`);
    if (edge.id !== undefined) ids.add(edge.id);
    if (kind) {
      const wrong = checkOutput(edge, kind);
      if (wrong) say(...wrong);
    }
    const target = kindOf.get(edge.to);
    if (target?.source)
      say(
        "edge_into_input",
        `${arrow(edge)}: a node of the kind ${target.kind} starts a flow and takes no messages; end the edge at another node.`,
      );
    if (seen.has(key)) say("duplicate_edge", `${arrow(edge)} is there twice; take one of them out.`);
    else if (missing.length === 0) links.push({ from: edge.from, to: edge.to });
    seen.add(key);
  }
  return { problems, links };
}

function checkOutput(edge: FlowEdge, { kind, outputs }: Kind): [code: string, message: string] | undefined {
  const names = outputs.map((output) => output.name);
  if (names.length === 0)
    return [
      "unknown_output",
      `${arrow(edge)}: nothing leaves a node of the kind ${kind}; take the edge out, or begin it at the node before.`,
    ];
  if (edge.output === undefined)
    return names.length === 1
      ? undefined
      : [
          "missing_output",
          `${arrow(edge)} does not say which output it begins at; set "output" to one of ${names.join(", ")}.`,
        ];
  if (names.includes(edge.output)) return undefined;
  return [
    "unknown_output",
    `${arrow(edge)}: a node of the kind ${kind} has no output "${edge.output}".${did(edge.output, names)} Its outputs: ${names.join(", ")}.`,
  ];
}

const arrow = ({ from, to }: FlowEdge) => `The edge from "${from}" to "${to}"`;

function did(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near ? ` Did you mean "${near}"?` : "";
}
