import type { Plan } from "../flow/compile.ts";
import type { Entry } from "../flow/entry.ts";
import type { Outcome } from "../flow/outcome.ts";
import { run } from "../flow/run.ts";
import { LaneState } from "../flow/state.ts";

const secondMs = 1000;
/** A run holds what it wants changed; so many entries of one second are merged at once. */
const maxBatch = 512;

export interface VirtualLaneOptions {
  lane: number;
  plan: Plan;
  maxAheadMs: number;
  /** Cuts entries into batches otherwise; what comes of them is the same. */
  batch?: number;
}

/**
 * A lane in virtual time: the engine's own evaluation, with ticks at the whole seconds at which its nodes want one. So it
 * depends on the entries and their seconds alone, not on when or how fast it is asked.
 */
export class VirtualLane {
  readonly number: number;
  readonly state: LaneState;
  readonly #options: VirtualLaneOptions;
  /** When the next tick is wanted, ms. */
  #wake: number | undefined;
  /** Before this none comes: the second at hand is not over, or had its tick. */
  #free = 0;

  /** `resumed`: the state to go on from, and the time from which the next tick may come, ms. */
  constructor(options: VirtualLaneOptions, resumed?: { state: LaneState; free: number }) {
    this.#options = options;
    this.number = options.lane;
    this.state = resumed?.state ?? new LaneState();
    this.#free = resumed?.free ?? 0;
    this.#wake = this.state.wakes.next();
  }

  /** From when on the next tick may come, ms. */
  get free(): number {
    return this.#free;
  }

  /** When the next tick comes, ms; undefined where nothing waits. */
  get nextTick(): number | undefined {
    return this.#wake === undefined ? undefined : Math.max(this.#wake, this.#free);
  }

  /** The tick that is due at `nextTick`. */
  tick(): Outcome {
    const at = this.nextTick!;
    this.#free = at + secondMs;
    return this.#run([{ type: "tick", at }]);
  }

  /** Entries that came within the second, in order. All ticks up to its begin have been given. */
  take(second: number, entries: readonly Entry[]): Outcome[] {
    this.#free = Math.max(this.#free, (second + 1) * secondMs);
    const size = this.#options.batch ?? maxBatch;
    const outcomes: Outcome[] = [];
    for (let at = 0; at < entries.length; at += size)
      outcomes.push(this.#run(entries.length > size ? entries.slice(at, at + size) : entries));
    return outcomes;
  }

  #run(entries: readonly Entry[]): Outcome {
    const { lane, plan, maxAheadMs } = this.#options;
    const outcome = run({ lane, maxAheadMs, plan, compile: () => plan }, this.state, entries);
    this.state.apply(outcome);
    this.#wake = this.state.wakes.next();
    return outcome;
  }
}
