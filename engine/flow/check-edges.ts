import type { Flow, FlowEdge } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import { type Kind, outputsOf, presentConfig } from "../nodes/kind.ts";
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
  const outputsAt = outputsByNode(flow, kindOf);
  for (const edge of flow.edges) {
    const kind = kindOf.get(edge.from);
    const names = outputsAt.get(edge.from) ?? [];
    const output = edge.output ?? (names.length === 1 ? names[0] : undefined);
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
      const wrong = checkOutput(edge, kind, names);
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

/** Names of outputs by node; of two nodes with one id, those of the first. */
function outputsByNode(flow: Flow, kindOf: ReadonlyMap<string, Kind | undefined>): Map<string, string[]> {
  const byNode = new Map<string, string[]>();
  for (const node of flow.nodes) {
    const kind = kindOf.get(node.id);
    if (!kind || byNode.has(node.id)) continue;
    let { config } = node;
    try {
      config = presentConfig(kind, node);
    } catch {
      // The check of the settings has said so.
    }
    const outputs = outputsOf(kind, config);
    byNode.set(
      node.id,
      outputs.map((output) => output.name),
    );
  }
  return byNode;
}

function checkOutput(
  edge: FlowEdge,
  { kind }: Kind,
  names: readonly string[],
): [code: string, message: string] | undefined {
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
