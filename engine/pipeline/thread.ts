import { compilePlan, type Plan } from "../flow/compile.ts";
import type { Outcome } from "../flow/outcome.ts";
import { run } from "../flow/run.ts";
import { LaneState } from "../flow/state.ts";
import type { Deployment } from "../model/flow.ts";
import { encodeLines } from "../model/point-lines.ts";
import { encodeRows } from "../model/point-rows.ts";
import { decodeEntries } from "./frame.ts";

/** What a lane's thread is asked. A lane's state lives in one thread and never leaves it on the hot path. */
export type Task =
  | { type: "load"; lane: number; sequence: number; state: string[] }
  | { type: "evaluate"; lane: number; frames: string; format: "rows" | "lines"; maxAheadMs: number }
  | { type: "unload"; lane: number };

export interface Loaded {
  type: "loaded";
  /** Revision of the deployment that the lane runs. */
  revision: number;
  nextWake: number | undefined;
}
export interface Evaluated {
  type: "evaluated";
  /** The sequence that this thread's state was at: the commit holds only where the store is there too. */
  expected: number;
  sequence: number;
  state: string[];
  effects: string;
  points: string;
  nextWake: number | undefined;
  revision: number;
  tally: Tally;
}
export interface FlowTally {
  version: number;
  /** By `<from>:<output>><to>`. */
  edges: Record<string, number>;
  nodes: Record<string, { in: number; errors: number }>;
}
/** Counts of one evaluation. */
export interface Tally {
  messages: number;
  repeated: number;
  points: number;
  effects: Record<string, number>;
  reasons: Record<string, number>;
  flows: Record<string, FlowTally>;
}

const lanes = new Map<number, LaneState>();
let plan: { revision: number; plan: Plan } = { revision: 0, plan: compilePlan([]) };

/** Runs in a piscina thread. An `evaluate` changes the lane's state in memory: when its commit fails, load again. */
export default function work(task: Task): Loaded | Evaluated | undefined {
  switch (task.type) {
    case "load": {
      const state = LaneState.load(task.sequence, task.state);
      lanes.set(task.lane, state);
      return { type: "loaded", revision: state.deployment.revision, nextWake: state.nextWake() };
    }
    case "evaluate":
      return evaluate(task);
    case "unload":
      lanes.delete(task.lane);
      return undefined;
    default:
      return task satisfies never;
  }
}

function evaluate({ lane, frames, format, maxAheadMs }: Extract<Task, { type: "evaluate" }>): Evaluated {
  const state = lanes.get(lane);
  if (!state) throw new Error(`Lane ${lane} is not loaded in this thread.`);
  const expected = state.sequence;
  const options = { lane, maxAheadMs, plan: planOf(state.deployment), compile: planOf };
  const outcome = run(options, state, decodeEntries(frames));
  state.merge(outcome);
  return {
    type: "evaluated",
    expected,
    sequence: outcome.sequence,
    state: LaneState.entries(outcome),
    effects: outcome.effects.length > 0 ? JSON.stringify(outcome.effects) : "",
    points:
      outcome.points.length === 0
        ? ""
        : format === "lines"
          ? encodeLines(outcome.points)
          : encodeRows(outcome.points),
    nextWake: state.nextWake(),
    revision: state.deployment.revision,
    tally: tallyOf(outcome),
  };
}

/** Lanes run the same revision nearly always, so one plan is kept. */
function planOf(deployment: Deployment): Plan {
  if (plan.revision !== deployment.revision)
    plan = { revision: deployment.revision, plan: compilePlan(deployment.flows) };
  return plan.plan;
}

function tallyOf(outcome: Outcome): Tally {
  const tally: Tally = {
    messages: outcome.messages,
    repeated: outcome.repeated,
    points: outcome.points.length,
    effects: {},
    reasons: {},
    flows: {},
  };
  for (const effect of outcome.effects) {
    tally.effects[effect.type] = (tally.effects[effect.type] ?? 0) + 1;
    if (effect.type === "dead-letter") tally.reasons[effect.reason] = (tally.reasons[effect.reason] ?? 0) + 1;
  }
  for (const [flow, counts] of outcome.counts) {
    const edges: Record<string, number> = {};
    for (const edge of flow.edges) if (counts.edges[edge.index]) edges[edge.key] = counts.edges[edge.index]!;
    const nodes: FlowTally["nodes"] = {};
    for (const { id, index } of flow.nodes)
      if (counts.nodes[index]) nodes[id] = { in: counts.nodes[index], errors: counts.errors[index]! };
    tally.flows[flow.id] = { version: flow.version, edges, nodes };
  }
  return tally;
}
