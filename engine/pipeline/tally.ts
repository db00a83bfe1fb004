import type { Outcome } from "../flow/outcome.ts";
import type { Trace } from "../model/trace.ts";

export interface FlowTally {
  version: number;
  /** By `<from>:<output>><to>`. */
  edges: Record<string, number>;
  nodes: Record<string, { in: number; errors: number }>;
}
/** Counts of one evaluation, or of several. */
export interface Tally {
  messages: number;
  repeated: number;
  points: number;
  /** By type. */
  effects: Record<string, number>;
  /** Dead letters by reason. */
  reasons: Record<string, number>;
  /** Replays of dead letters: how many passed, how many failed again. */
  replays: { passed: number; failed: number };
  flows: Record<string, FlowTally>;
  /** Samples for those who watch; missing where nobody does. */
  traces?: Trace[];
}

export function emptyTally(): Tally {
  return {
    messages: 0,
    repeated: 0,
    points: 0,
    effects: {},
    reasons: {},
    replays: { passed: 0, failed: 0 },
    flows: {},
  };
}

export function tallyOf(outcome: Outcome): Tally {
  const tally = emptyTally();
  tally.messages = outcome.messages;
  tally.repeated = outcome.repeated;
  tally.points = outcome.points.length;
  for (const effect of outcome.effects) {
    tally.effects[effect.type] = (tally.effects[effect.type] ?? 0) + 1;
    if (effect.type === "dead-letter") tally.reasons[effect.reason] = (tally.reasons[effect.reason] ?? 0) + 1;
    if (effect.type === "replayed") tally.replays[effect.failed ? "failed" : "passed"]++;
  }
  for (const [flow, counts] of outcome.counts) {
    const edges: Record<string, number> = {};
    for (const edge of flow.edges) if (counts.edges[edge.index]) edges[edge.key] = counts.edges[edge.index]!;
    const nodes: FlowTally["nodes"] = {};
    for (const { id, index } of flow.nodes)
      if (counts.nodes[index]) nodes[id] = { in: counts.nodes[index], errors: counts.errors[index]! };
    // A deployment within the batch: both versions of the flow count.
    // What a canary does is seen on the flow as it is live.
    addFlows(tally.flows, { [flow.id]: { version: flow.beside ?? flow.version, edges, nodes } });
  }
  return tally;
}

/** Adds `share` to `sum`. */
export function addTally(sum: Tally, share: Tally) {
  sum.messages += share.messages;
  sum.repeated += share.repeated;
  sum.points += share.points;
  addCounts(sum.effects, share.effects);
  addCounts(sum.reasons, share.reasons);
  addCounts(sum.replays, share.replays);
  addFlows(sum.flows, share.flows);
  if (share.traces) sum.traces = [...(sum.traces ?? []), ...share.traces];
}

export function addFlows(sum: Tally["flows"], share: Tally["flows"]) {
  for (const [id, { version, edges, nodes }] of Object.entries(share)) {
    const flow = sum[id] ?? { version, edges: {}, nodes: {} };
    sum[id] = flow;
    flow.version = version;
    addCounts(flow.edges, edges);
    for (const id in nodes) {
      const before = flow.nodes[id] ?? { in: 0, errors: 0 };
      flow.nodes[id] = { in: before.in + nodes[id]!.in, errors: before.errors + nodes[id]!.errors };
    }
  }
}

function addCounts(sum: Record<string, number>, share: Record<string, number>) {
  for (const key in share) sum[key] = (sum[key] ?? 0) + share[key]!;
}
