import { compilePlan, type Plan } from "../flow/compile.ts";
import type { Entry } from "../flow/entry.ts";
import type { Condemned, Outcome } from "../flow/outcome.ts";
import { run } from "../flow/run.ts";
import type { LaneState } from "../flow/state.ts";
import type { Deployment } from "../model/flow.ts";
import { encodeLines } from "../model/point-lines.ts";
import { encodeRows } from "../model/point-rows.ts";
import { lines } from "../store/backbone/port.ts";
import { deployMs, type Progress, stepMs } from "./progress.ts";
import type { Sampler } from "./sampler.ts";
import { type Tally, tallyOf } from "./tally.ts";

export interface EvaluateOptions {
  lane: number;
  /** Number of the batch. */
  batch: number;
  format: "rows" | "lines";
  maxAheadMs: number;
  /** Place of the first entry in its batch; 0 where left out. */
  first?: number;
  condemned?: Condemned | undefined;
  progress?: Progress | undefined;
  sampler?: Sampler | undefined;
}

/** What one batch did to its lane, as text for the commit. */
export interface Evaluated {
  sequence: number;
  state: string;
  tails: string;
  wakes: string;
  effects: string;
  points: string;
  tally: Tally;
}

let plan: { revision: number; plan: Plan } = { revision: 0, plan: compilePlan([]) };

/** Runs a batch through the flows. It changes `state`: when the commit fails, the lane must be loaded again. */
export function evaluate(state: LaneState, entries: readonly Entry[], options: EvaluateOptions): Evaluated {
  const { lane, batch, format, maxAheadMs, first = 0, progress, sampler } = options;
  const condemned = options.condemned && { ...options.condemned, index: options.condemned.index - first };
  const runOptions = {
    lane,
    maxAheadMs,
    plan: planOf(state.deployment),
    compile: planOf,
    condemned,
    step: progress?.step,
    traced: sampler?.choose(entries, performance.now()),
  };
  progress?.begin(lane, batch);
  try {
    const outcome = run(runOptions, state, progress ? watched(entries, first, progress) : entries);
    // What follows is the work of no single entry.
    progress?.end();
    const changes = state.merge(outcome);
    return {
      sequence: outcome.sequence,
      state: lines(changes.state),
      tails: lines(changes.tails),
      wakes: lines(changes.wakes),
      effects: outcome.effects.length > 0 ? JSON.stringify(outcome.effects) : "",
      points: encodePoints(outcome, format),
      tally: outcome.traces ? { ...tallyOf(outcome), traces: sampler!.collect(outcome) } : tallyOf(outcome),
    };
  } finally {
    progress?.end();
  }
}

/** Notes which entry is at work, so that the one that never ends, or ends the thread, is known. */
function* watched(entries: readonly Entry[], first: number, progress: Progress): Iterable<Entry> {
  for (const [index, entry] of entries.entries()) {
    progress.at(first + index, entry.type === "deploy" ? deployMs : stepMs);
    yield entry;
  }
}

function encodePoints({ points }: Outcome, format: EvaluateOptions["format"]): string {
  if (points.length === 0) return "";
  return format === "lines" ? encodeLines(points) : encodeRows(points);
}

/** Lanes run the same revision nearly always, so one plan is kept. */
export function planOf(deployment: Deployment): Plan {
  const { revision, flows, payloads, candidates } = deployment;
  if (plan.revision !== revision) plan = { revision, plan: compilePlan(flows, payloads, candidates) };
  return plan.plan;
}
