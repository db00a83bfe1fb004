import type { Condemned } from "../flow/outcome.ts";
import { flowsKey, LaneState, replayedKey } from "../flow/state.ts";
import type { Batch, LaneSnapshot, LaneStore, LaneWorker } from "../store/backbone/port.ts";
import { evaluate } from "./evaluate.ts";
import { decodeEntries } from "./frame.ts";
import { type Log, type Observer, sleep } from "./parts.ts";
import type { Progress } from "./progress.ts";
import type { Report } from "./report.ts";
import type { Sampler } from "./sampler.ts";
import type { Way } from "./way.ts";

const retryMs = 100;
/** Devices whose state a lane holds in memory, some kB each; that of the others is read when they send. */
const mostDevices = 20_000;

/** What a lane works with in its thread. */
export interface LaneParts {
  store: LaneStore;
  points: Pick<Way, "add">;
  format: "rows" | "lines";
  maxAheadMs: number;
  observer: Observer;
  tell(report: Report): void;
  log: Log;
  progress?: Progress;
  sampler?: Sampler;
  evaluate?: typeof evaluate;
  /** Devices held in memory; 20,000 where left out. */
  maxDevices?: number;
}

export interface LaneOrder {
  lane: number;
  /** The one who worked the lane before is known to be dead: what it had taken need not wait for its lock. */
  reclaim?: boolean;
  condemned?: CondemnedEntry | undefined;
}

/** An entry that ended the thread that evaluated it. */
export type CondemnedEntry = Condemned & { batch: number };

/**
 * One lane in the thread of the node that owns it: evaluates its batches in order and commits each as one atomic step.
 * A failed commit is tried again in place, so that no later batch overtakes it.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #lane: number;
  #condemned: CondemnedEntry | undefined;
  readonly #closing = new AbortController();
  #worker: LaneWorker | undefined;
  /** Missing until it holds what the store holds. */
  #state: LaneState | undefined;
  #producers: LaneSnapshot["producers"] = {};
  /** Commits up to this sequence have been given to delivery. */
  #handedOn = 0;
  /** The sequence that this owner begins at, and the one that the store held then. */
  #begin = { sequence: 0, stored: 0 };

  /** Takes the lane over: loads its state, and gives to delivery what was committed but perhaps not delivered. */
  static async open(parts: LaneParts, { lane, reclaim = false, condemned }: LaneOrder): Promise<Lane> {
    const opened = new Lane(parts, lane, condemned);
    await opened.#load();
    if (reclaim) await parts.store.reclaim(lane);
    // Only now: a batch and a load at the same time would leave an older state here than in the store.
    opened.#worker = parts.store.work(lane, (batch, signal) => opened.#take(batch, signal));
    return opened;
  }

  private constructor(parts: LaneParts, lane: number, condemned: CondemnedEntry | undefined) {
    this.#parts = parts;
    this.#lane = lane;
    this.#condemned = condemned;
  }

  async close() {
    this.#closing.abort();
    // What is committed is still delivered from here: the next owner may have looked into the outbox before.
    await this.#worker?.close();
  }

  async #take(batch: Batch, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted && !this.#closing.signal.aborted) {
      try {
        if (await this.#attempt(batch)) return true;
      } catch (error) {
        this.#state = undefined;
        const fields = { lane: this.#lane, error: (error as Error).message };
        this.#parts.log("warn", "a batch is tried again", fields);
        await sleep(retryMs, signal);
      }
    }
    return false;
  }

  /** True when the batch is committed, by this attempt or before. */
  async #attempt(batch: Batch): Promise<boolean> {
    const { store, observer, format, maxAheadMs, progress, sampler } = this.#parts;
    const lane = this.#lane;
    const state = this.#state ?? (await this.#load());
    const { producer, number } = batch;
    if (number <= (this.#producers[producer] ?? 0)) {
      observer.committed("repeated", 1);
      this.#tell(batch, state, { sequence: 0, effects: "" });
      return true;
    }
    const start = performance.now();
    const entries = decodeEntries(batch.frames);
    await this.#hold(state, state.missing(entries));
    const expected = state.sequence;
    const condemned = this.#condemned?.batch === number ? this.#condemned : undefined;
    const options = { lane, batch: number, format, maxAheadMs, progress, condemned, sampler };
    const evaluated = (this.#parts.evaluate ?? evaluate)(state, entries, options);
    const evaluatedAt = performance.now();
    observer.stage("evaluate", (evaluatedAt - start) / 1000);
    const { tally, ...changes } = evaluated;
    const result = await store.commit(lane, {
      expected: expected === this.#begin.sequence ? this.#begin.stored : expected,
      producer,
      number,
      ...changes,
    });
    observer.stage("commit", (performance.now() - evaluatedAt) / 1000);
    observer.committed(result, 1);
    if (result === "conflict") {
      this.#state = undefined;
      return false;
    }
    this.#producers[producer] = number;
    // It stood in the first batch; later ones of other producers may have the same number.
    this.#condemned = undefined;
    observer.evaluated(tally);
    this.#tell(batch, state, evaluated);
    this.#handOn(evaluated.sequence, evaluated.points);
    state.shrink(this.#parts.maxDevices ?? mostDevices);
    return true;
  }

  /** Reads devices into memory. */
  async #hold(state: LaneState, devices: string[]) {
    if (devices.length === 0) return;
    const values = await this.#parts.store.read(this.#lane, devices.flatMap(LaneState.keysOf));
    for (const [i, device] of devices.entries()) state.take(device, values.slice(3 * i, 3 * i + 3));
  }

  async #load(): Promise<LaneState> {
    const { store, tell } = this.#parts;
    const { sequence, producers, wakes, effects, points } = await store.snapshot(this.#lane);
    const [flows, replayed] = await store.read(this.#lane, [flowsKey, replayedKey]);
    const state = new LaneState();
    // By the time, so that effect ids stay new even where a backbone was wiped, or set back by a power cut.
    this.#begin = { sequence: Math.max(sequence, Date.now() * 1000), stored: sequence };
    state.sequence = this.#begin.sequence;
    if (flows) state.deployment = JSON.parse(flows);
    state.replayed = Number(replayed ?? 0);
    for (const [device, at] of wakes) state.wakes.set(device, at);
    this.#state = state;
    this.#producers = producers;
    const outbox = effects.filter(({ sequence }) => sequence > this.#handedOn);
    const { revision } = state.deployment;
    tell({ type: "loaded", lane: this.#lane, revision, nextWake: state.wakes.next(), outbox });
    for (const sequence of points) this.#handOn(sequence, undefined);
    return state;
  }

  /**
   * Once each: an older point written again could take the place of a newer one. `points` undefined: they are in the
   * outbox.
   */
  #handOn(sequence: number, points: string | undefined) {
    if (sequence <= this.#handedOn) return;
    this.#handedOn = sequence;
    if (points !== "") this.#parts.points.add({ lane: this.#lane, sequence, body: points });
  }

  #tell(
    { producer, number }: Batch,
    state: LaneState,
    { sequence, effects }: { sequence: number; effects: string },
  ) {
    this.#parts.tell({
      type: "committed",
      lane: this.#lane,
      producer,
      number,
      sequence,
      effects,
      revision: state.deployment.revision,
      nextWake: state.wakes.next(),
    });
  }
}
