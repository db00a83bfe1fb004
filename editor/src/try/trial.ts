import type { TraceStep } from "../../../engine/flow/outcome.ts";
import type { TryInput, TryResult } from "../../../engine/flow/try.ts";
import type { Flow } from "../../../engine/model/flow.ts";

/** A run of the flow on the page over messages, without any effect outside. */
export interface Trial {
  flow: Flow;
  inputs: readonly TryInput[];
  result: TryResult;
  /** Ids of nodes that a message came to. */
  visited: ReadonlySet<string>;
  /** Edges that a message took, as the canvas names them. */
  taken: ReadonlySet<string>;
}

/** What a trial shows on the canvas. */
export function trialOf(
  flow: Flow,
  inputs: readonly TryInput[],
  result: TryResult,
  outputOf: (edge: Flow["edges"][number]) => string,
): Trial {
  const own = result.steps.filter((step) => step.flow === flow.id);
  const visited = new Set(own.map(({ node }) => node));
  const left = new Set(own.flatMap(({ node, out }) => out.map(([output]) => `${node}:${output}`)));
  const taken = flow.edges
    .filter((edge) => left.has(`${edge.from}:${outputOf(edge)}`))
    .map((edge) => `${edge.from}:${outputOf(edge)}>${edge.to}`);
  return { flow, inputs, result, visited, taken: new Set(taken) };
}

/** A source that let nothing out was visited, too; what counts for the path is that something came in. */
export function visitsOf(trial: Trial, node: string): TraceStep[] {
  return trial.result.steps.filter((step) => step.node === node && step.flow === trial.flow.id);
}
