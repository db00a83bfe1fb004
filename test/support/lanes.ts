import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry, UploadEntry } from "../../engine/flow/entry.ts";
import type { TraceStep } from "../../engine/flow/outcome.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { Effect } from "../../engine/model/effect.ts";
import type { Deployment } from "../../engine/model/flow.ts";
import { laneOf } from "../../engine/model/lane.ts";
import type { Point } from "../../engine/model/point.ts";
import type { Values } from "../../engine/model/value.ts";

export const startMs = Date.parse("2026-11-20T08:00:00Z");

const compile = (deployment: Deployment) => compilePlan(deployment.flows, deployment);

/** All that left, in order. Forwards have gone on to their lanes. */
export interface Left {
  effects: Effect[];
  points: Point[];
  steps: TraceStep[];
}

/**
 * Runs entries as lanes do: cut into batches by `cuts`, with state stored and read again between them, and what is
 * forwarded taken by the lane of its key before the next entries.
 */
export function runLanes(entries: readonly Entry[], { lanes = 1, cuts = [0] } = {}): Left {
  const left: Left = { effects: [], points: [], steps: [] };
  const all = Array.from({ length: lanes }, (_, lane) => new StoredLane(lane));
  const take = (lane: StoredLane, batch: Entry[]) => {
    const { effects, points, trace } = lane.take(batch);
    left.points.push(...points);
    left.steps.push(...(trace ?? []));
    for (const effect of effects) {
      if (effect.type !== "forward") {
        left.effects.push(effect);
        continue;
      }
      // The lane of the key shall run what the one that sent it ran, as it is in the product.
      const newest = entries.filter(
        (entry) => entry.type === "deploy" && entry.deployment.revision === effect.revision,
      );
      take(all[laneOf(effect.key.id, lanes)]!, [...newest, effect]);
    }
  };
  for (let at = 0, i = 0; at < entries.length; i++) {
    const batch = entries.slice(at, at + 1 + (cuts[i % Math.max(1, cuts.length)] ?? 0));
    at += batch.length;
    for (const lane of all) {
      const its = batch.filter((entry) => !("device" in entry) || laneOf(entry.device, lanes) === lane.lane);
      if (its.length > 0) take(lane, its);
    }
  }
  return left;
}

/** A lane whose state is stored after each batch, and read from there before the next. */
class StoredLane {
  readonly lane: number;
  #sequence = 0;
  readonly #stored = new Map<string, string>();
  readonly #wakes = new Map<string, string>();

  constructor(lane: number) {
    this.lane = lane;
  }

  take(batch: Entry[]) {
    const state = new LaneState();
    state.sequence = this.#sequence;
    state.takeOwn(LaneState.ownKeys.map((key) => this.#stored.get(key)));
    for (const [device, at] of this.#wakes) if (at) state.wakes.set(device, Number(at));
    for (const device of state.missing(batch))
      state.take(
        device,
        LaneState.keysOf(device).map((key) => this.#stored.get(key)),
      );
    const plan = compile(state.deployment);
    const options = { lane: this.lane, maxAheadMs: 1e9, plan, compile, trace: true };
    const outcome = run(options, state, batch);
    const changes = state.merge(outcome);
    this.#sequence = outcome.sequence;
    for (let k = 0; k < changes.state.length; k += 2)
      this.#stored.set(changes.state[k]!, changes.state[k + 1]!);
    for (let k = 0; k < changes.tails.length; k += 2)
      this.#stored.set(
        changes.tails[k]!,
        (this.#stored.get(changes.tails[k]!) ?? "") + changes.tails[k + 1]!,
      );
    for (let k = 0; k < changes.wakes.length; k += 2)
      this.#wakes.set(changes.wakes[k]!, changes.wakes[k + 1]!);
    return outcome;
  }
}

/** A reading at a second after the start. */
export function readingAt(
  second: number,
  values: Values,
  { device = "d1", attributes = {} }: { device?: string; attributes?: Values } = {},
): UploadEntry {
  const at = startMs + second * 1000;
  return {
    type: "upload",
    device,
    upload: "telemetry",
    arrivedAt: at,
    payload: JSON.stringify({ ts: at, values }),
    binary: false,
    id: "",
    checkId: false,
    context: { id: device, name: device, profile: "default", attributes, revision: second + 1 },
  };
}

export const tickAt = (second: number): Entry => ({ type: "tick", at: startMs + second * 1000 });
