import type { Batch, LaneSnapshot, LaneWorker, Outbox } from "../store/backbone/port.ts";
import type { Deliver } from "./deliver.ts";
import { type Parts, sleep } from "./parts.ts";

const retryMs = 100;

/**
 * One lane on the node that owns it: evaluates its batches in order and commits each as one atomic step.
 * A failed commit is tried again in place, so that no later batch overtakes it.
 */
export class Lane {
  readonly #parts: Parts;
  readonly #deliver: Deliver;
  readonly #lane: number;
  #worker: LaneWorker | undefined;
  readonly #closing = new AbortController();
  #producers: LaneSnapshot["producers"] = {};
  /** Commits up to this sequence have been given to delivery. */
  #handedOn = 0;
  /** Where the sequence of a lane begins that was never used. */
  #begin = 0;
  /** False until the thread holds the state that the store holds. */
  #loaded = false;
  #revision = 0;
  #wake: { at: number; timer: NodeJS.Timeout } | undefined;

  /** Takes the lane over: its state goes into its thread, and what was committed but not delivered is delivered. */
  static async open(parts: Parts, deliver: Deliver, lane: number): Promise<Lane> {
    const opened = new Lane(parts, deliver, lane);
    await opened.#load();
    // Only now: a batch and a load at the same time would leave the thread with an older state than the store.
    opened.#worker = parts.backbone.work(lane, (batch, signal) => opened.#take(batch, signal));
    return opened;
  }

  private constructor(parts: Parts, deliver: Deliver, lane: number) {
    this.#parts = parts;
    this.#deliver = deliver;
    this.#lane = lane;
  }

  /** Revision of the deployment that the lane runs. */
  get revision(): number {
    return this.#revision;
  }

  async close() {
    this.#closing.abort();
    clearTimeout(this.#wake?.timer);
    await this.#worker?.close();
    await this.#parts.threads.unload(this.#lane);
  }

  async #take(batch: Batch, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted && !this.#closing.signal.aborted) {
      try {
        if (await this.#attempt(batch)) return true;
      } catch (error) {
        this.#loaded = false;
        this.#parts.log("warn", "a batch is tried again", {
          lane: this.#lane,
          error: (error as Error).message,
        });
        await sleep(retryMs, this.#closing.signal);
      }
    }
    return false;
  }

  /** True when the batch is committed, by this attempt or before. */
  async #attempt(batch: Batch): Promise<boolean> {
    const { backbone, threads, series, observer, maxAheadMs } = this.#parts;
    if (!this.#loaded) await this.#load();
    if (batch.number <= (this.#producers[batch.producer] ?? 0)) {
      observer.committed("repeated");
      return true;
    }
    const start = performance.now();
    const { frames } = batch;
    const evaluated = await threads.evaluate({ lane: this.#lane, frames, format: series.format, maxAheadMs });
    const evaluatedAt = performance.now();
    observer.stage("evaluate", (evaluatedAt - start) / 1000);
    const { expected, sequence, state, effects, points } = evaluated;
    const { producer, number } = batch;
    const result = await backbone.commit(this.#lane, {
      expected: expected === this.#begin ? 0 : expected,
      sequence,
      producer,
      number,
      state,
      effects,
      points,
    });
    observer.stage("commit", (performance.now() - evaluatedAt) / 1000);
    observer.committed(result);
    if (result === "conflict") {
      this.#loaded = false;
      return false;
    }
    this.#producers[producer] = number;
    this.#revision = evaluated.revision;
    observer.evaluated(this.#lane, evaluated.tally);
    this.#handOn({ sequence, effects, points });
    this.#wakeAt(evaluated.nextWake);
    return true;
  }

  async #load() {
    const snapshot = await this.#parts.backbone.snapshot(this.#lane);
    // By the time, so that effect ids stay new even where a backbone was wiped.
    if (snapshot.sequence === 0) this.#begin = Date.now() * 1000;
    const loaded = await this.#parts.threads.load(
      this.#lane,
      snapshot.sequence || this.#begin,
      snapshot.state,
    );
    this.#producers = snapshot.producers;
    this.#revision = loaded.revision;
    this.#loaded = true;
    for (const item of snapshot.outbox) this.#handOn(item);
    this.#wakeAt(loaded.nextWake);
  }

  /** Once each: an older point written again could take the place of a newer one. */
  #handOn(item: Outbox) {
    if (item.sequence <= this.#handedOn) return;
    this.#handedOn = item.sequence;
    this.#deliver.add(this.#lane, item);
  }

  /** A tick is a message too: it goes through the lane's queue, in order with everything else. */
  #wakeAt(at: number | undefined) {
    if (this.#wake?.at === at || this.#closing.signal.aborted) return;
    clearTimeout(this.#wake?.timer);
    this.#wake = undefined;
    if (at === undefined) return;
    const timer = setTimeout(
      () => {
        this.#wake = undefined;
        try {
          void this.#parts.intake.put(this.#lane, { type: "tick", at: Date.now() });
        } catch {
          this.#wakeAt(Date.now() + 1000);
        }
      },
      Math.min(Math.max(at - Date.now(), 0), 2_000_000_000),
    );
    this.#wake = { at, timer };
  }
}
