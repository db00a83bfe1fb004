import type { Plan } from "../flow/compile.ts";
import type { Entry } from "../flow/entry.ts";
import type { Outcome } from "../flow/outcome.ts";
import type { ForwardEffect } from "../model/effect.ts";
import { VirtualLane } from "./virtual-lane.ts";

/** Where what is grouped by a key goes on. Keys share no state with devices, so their lane is one of its own. */
export const keyLane = 1_000_000;

export interface WorldOptions {
  plan: Plan;
  maxAheadMs: number;
  batch?: number;
  /** Hears of each outcome in order. */
  heard(outcome: Outcome, lane: VirtualLane): void;
}

export interface Arrival {
  lane: number;
  entry: Entry;
}

/** All lanes of an installation in virtual time, running one plan, with no effect outside. */
export class World {
  readonly #options: WorldOptions;
  /** In the order of their numbers. */
  #lanes: VirtualLane[] = [];
  readonly #keys: VirtualLane;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#keys = this.#open(keyLane);
  }

  /** Gives the ticks up to the second, then what came within it: by lane, in the order of each. */
  take(second: number, arrivals: readonly Arrival[]) {
    this.advance(second * 1000);
    const forwards: ForwardEffect[] = [];
    for (let at = 0; at < arrivals.length; ) {
      const number = this.#laneOf(arrivals[at]!);
      const entries: Entry[] = [];
      while (at < arrivals.length && this.#laneOf(arrivals[at]!) === number)
        entries.push(arrivals[at++]!.entry);
      const lane = this.#lane(number);
      for (const outcome of lane.take(second, entries)) this.#hear(outcome, lane, forwards);
    }
    this.#goOn(second, forwards);
  }

  /** Gives the ticks up to a time, ms, included. */
  advance(to: number) {
    for (;;) {
      let at = this.#keys.nextTick ?? Number.POSITIVE_INFINITY;
      for (const lane of this.#lanes) at = Math.min(at, lane.nextTick ?? Number.POSITIVE_INFINITY);
      if (at > to) return;
      const forwards: ForwardEffect[] = [];
      const ofKeys: ForwardEffect[] = [];
      if (this.#keys.nextTick === at) this.#hear(this.#keys.tick(), this.#keys, ofKeys);
      this.#goOn(at / 1000, ofKeys);
      for (const lane of this.#lanes) if (lane.nextTick === at) this.#hear(lane.tick(), lane, forwards);
      this.#goOn(at / 1000, forwards);
    }
  }

  /** What lanes forward goes on in the lane of keys, until nothing is forwarded any more. */
  #goOn(second: number, forwards: ForwardEffect[]) {
    for (let entries = forwards; entries.length > 0; ) {
      const next: ForwardEffect[] = [];
      for (const outcome of this.#keys.take(second, entries)) this.#hear(outcome, this.#keys, next);
      entries = next;
    }
  }

  #hear(outcome: Outcome, lane: VirtualLane, forwards: ForwardEffect[]) {
    for (const effect of outcome.effects) if (effect.type === "forward") forwards.push(effect);
    this.#options.heard(outcome, lane);
  }

  /** The lane that had the device before, and its state: the lanes may have been moved since then. */
  #laneOf({ lane: number, entry }: Arrival): number {
    if (!("device" in entry)) return number;
    const hasIt = ({ state }: VirtualLane) => state.contexts.has(entry.device);
    const recorded = this.#known(number);
    if (recorded && hasIt(recorded)) return number;
    return this.#lanes.find(hasIt)?.number ?? number;
  }

  #known(number: number): VirtualLane | undefined {
    return this.#lanes.find((one) => one.number === number);
  }

  #lane(number: number): VirtualLane {
    const known = this.#known(number);
    if (known) return known;
    const lane = this.#open(number);
    this.#lanes = [...this.#lanes, lane].sort((a, b) => a.number - b.number);
    return lane;
  }

  #open(lane: number): VirtualLane {
    const { plan, maxAheadMs, batch } = this.#options;
    return new VirtualLane({ lane, plan, maxAheadMs, batch });
  }
}
