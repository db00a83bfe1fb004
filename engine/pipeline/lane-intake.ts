import { MillraceError } from "../model/errors.ts";
import type { Backbone } from "../store/backbone/port.ts";
import type { Pace } from "./pace.ts";

/** A batch is full with this many messages, or characters. */
export const batchSize = 512;
const maxBatchChars = 4_000_000;
/** Unacknowledged messages of one lane in this process; more are refused until some are through. */
const maxWaiting = 20_000;
const retryMs = 100;
/** Batches of this process that a lane may have before it; while there are more, the next one gathers. */
const maxAhead = 2;
/** A lane that works in another process tells nothing: its queue is asked this often; else only for safety. */
const askMs = { shared: 25, own: 1000 };

interface OpenBatch {
  frames: string[];
  chars: number;
  begunAt: number;
  done: Promise<void>;
  resolve(): void;
}

export interface LaneIntakeParts {
  backbone: Backbone;
  lane: number;
  producer: string;
  pace: Pace;
  log(message: string, error: Error): void;
}

/** What one process puts into one lane. */
export class LaneIntake {
  /** Entries not yet enqueued. */
  waiting = 0;
  readonly #parts: LaneIntakeParts;
  /** In order; only the last one can take more. */
  readonly #batches: OpenBatch[] = [];
  #number = 0;
  #committed = 0;
  #sending: Promise<void> | undefined;
  #isDraining = false;
  /** Ends the wait at hand. */
  #wake: (() => void) | undefined;

  constructor(parts: LaneIntakeParts) {
    this.#parts = parts;
  }

  put(frame: string): Promise<void> {
    if (this.waiting >= maxWaiting)
      throw new MillraceError(
        "overloaded",
        `More than ${maxWaiting} messages wait for lane ${this.#parts.lane}.`,
      );
    this.waiting++;
    let batch = this.#batches.at(-1);
    if (!batch || isFull(batch)) {
      batch = newBatch();
      this.#batches.push(batch);
    }
    batch.frames.push(frame);
    batch.chars += frame.length;
    if (isFull(batch)) this.#wake?.();
    this.#sending ??= this.#send();
    return batch.done;
  }

  /** The lane has committed a batch of this process. */
  committed(number: number) {
    this.#committed = Math.max(this.#committed, number);
    this.#wake?.();
  }

  async drain() {
    this.#isDraining = true;
    this.#wake?.();
    while (this.#sending) await this.#sending;
  }

  async #send() {
    for (let batch = this.#batches[0]; batch; batch = this.#batches[0]) {
      await this.#fill(batch);
      this.#batches.shift();
      await this.#enqueue(batch.frames.join(""));
      this.waiting -= batch.frames.length;
      batch.resolve();
      await this.#room();
    }
    // In the same turn as the last look: what is put from now on begins a new round.
    this.#sending = undefined;
  }

  /** Waits until the batch is full, or its turn has come. */
  async #fill(batch: OpenBatch) {
    const at = this.#parts.pace.turn(batch.begunAt);
    for (let ms = at - performance.now(); ms > 0; ms = at - performance.now()) {
      if (this.#isDraining || isFull(batch)) return;
      // Timers know whole milliseconds only, and one that is cut short wakes the process for nothing.
      await this.#wait(Math.ceil(ms));
    }
  }

  /** What is acknowledged faster than it is evaluated would only wait longer in the queue. */
  async #room() {
    const { backbone, lane, log } = this.#parts;
    while (this.#number - this.#committed >= maxAhead) {
      if (await this.#wait(backbone.shared ? askMs.shared : askMs.own)) continue;
      try {
        if ((await backbone.depth(lane)) === 0) return;
      } catch (error) {
        log(`Lane ${lane}: its queue cannot be measured`, error as Error);
        return;
      }
    }
  }

  /** True when it was woken before the time was over. */
  async #wait(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isWoken = await new Promise<boolean>((resolve) => {
      this.#wake = () => resolve(true);
      timer = setTimeout(() => resolve(false), ms);
    });
    clearTimeout(timer);
    this.#wake = undefined;
    return isWoken;
  }

  /** A failed enqueue may have happened all the same: the same number again is taken once. */
  async #enqueue(frames: string) {
    const { backbone, lane, producer, log } = this.#parts;
    const batch = { producer, number: ++this.#number, frames };
    for (;;) {
      try {
        return await backbone.enqueue(lane, batch);
      } catch (error) {
        log(`Lane ${lane}: a batch waits to be enqueued`, error as Error);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}

function newBatch(): OpenBatch {
  let resolve = () => {};
  const done = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { frames: [], chars: 0, begunAt: performance.now(), done, resolve };
}

const isFull = ({ frames, chars }: OpenBatch) => frames.length >= batchSize || chars >= maxBatchChars;
