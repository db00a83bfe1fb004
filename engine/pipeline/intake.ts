import { randomUUID } from "node:crypto";
import type { Entry } from "../flow/entry.ts";
import { MillraceError } from "../model/errors.ts";
import type { Backbone } from "../store/backbone/port.ts";
import { encodeEntry } from "./frame.ts";

/** A batch closes at this many messages, or this long after its first one. */
export const batchSize = 512;
export const lingerMs = 5;
const maxBatchChars = 4_000_000;
/** Unacknowledged messages of one lane in this process; more are refused until some are through. */
const maxWaiting = 20_000;
const retryMs = 100;
/** Batches of this process that a lane may have before it; while there are more, the next one gathers. */
const maxAhead = 2;
/** A lane that works in another process tells nothing: its queue is asked this often. */
const askMs = 25;

interface OpenBatch {
  frames: string[];
  chars: number;
  done: Promise<void>;
  resolve(): void;
}

/** The way into the lanes: gathers entries into micro-batches and puts each into its lane's queue, once and in order. */
export class Intake {
  /** Names this process's batches, so that a lane takes each once. */
  readonly producer = randomUUID().slice(0, 8);
  readonly #backbone: Backbone;
  readonly #lanes: LaneIntake[];

  constructor(backbone: Backbone, log: (message: string, error: Error) => void) {
    this.#backbone = backbone;
    this.#lanes = Array.from(
      { length: backbone.lanes },
      (_, lane) => new LaneIntake(this.#backbone, lane, this.producer, log),
    );
  }

  /**
   * Fixes the entry's place in its lane before it returns; resolves after the durable enqueue.
   * Throws MillraceError `overloaded` when too many entries of the lane wait.
   */
  put(lane: number, entry: Entry): Promise<void> {
    return this.#lanes[lane]!.put(encodeEntry(entry));
  }

  /** A lane has committed a batch; of which producer, and of which number. */
  committed(lane: number, producer: string, number: number) {
    if (producer === this.producer) this.#lanes[lane]!.committed(number);
  }

  /** Entries not yet enqueued. */
  get waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  }

  /** Resolves when everything put so far is enqueued. */
  async drain() {
    await Promise.all(this.#lanes.map((lane) => lane.drain()));
  }
}

class LaneIntake {
  waiting = 0;
  readonly #backbone: Backbone;
  readonly #lane: number;
  readonly #producer: string;
  readonly #log: (message: string, error: Error) => void;
  readonly #closed: OpenBatch[] = [];
  #open: OpenBatch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #number = 0;
  #committed = 0;
  #roomy: (() => void) | undefined;
  #sending: Promise<void> | undefined;

  constructor(
    backbone: Backbone,
    lane: number,
    producer: string,
    log: (message: string, error: Error) => void,
  ) {
    this.#backbone = backbone;
    this.#lane = lane;
    this.#producer = producer;
    this.#log = log;
  }

  put(frame: string): Promise<void> {
    if (this.waiting >= maxWaiting)
      throw new MillraceError("overloaded", `More than ${maxWaiting} messages wait for lane ${this.#lane}.`);
    this.waiting++;
    const batch = this.#open ?? this.#begin();
    batch.frames.push(frame);
    batch.chars += frame.length;
    if (batch.frames.length >= batchSize || batch.chars >= maxBatchChars) this.#close();
    return batch.done;
  }

  async drain() {
    this.#close();
    while (this.#sending) await this.#sending;
  }

  #begin(): OpenBatch {
    let resolve = () => {};
    const done = new Promise<void>((settle) => {
      resolve = settle;
    });
    this.#open = { frames: [], chars: 0, done, resolve };
    // While a batch is on its way the next one gathers: the busier the queue, the larger the batches.
    this.#timer = setTimeout(() => this.#linger(), lingerMs);
    return this.#open;
  }

  #linger() {
    if (!this.#sending) this.#close();
  }

  #close() {
    this.#shut();
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async #send() {
    for (let batch = this.#closed.shift(); batch; batch = this.#next()) {
      await this.#enqueue(batch.frames.join(""));
      this.waiting -= batch.frames.length;
      batch.resolve();
      await this.#room();
    }
  }

  committed(number: number) {
    this.#committed = Math.max(this.#committed, number);
    this.#roomy?.();
  }

  /** What is acknowledged faster than it is evaluated would only wait longer in the queue. */
  async #room() {
    while (this.#number - this.#committed >= maxAhead) {
      if (await this.#isCommitted()) return;
      try {
        if ((await this.#backbone.depth(this.#lane)) === 0) return;
      } catch (error) {
        this.#log(`Lane ${this.#lane}: its queue cannot be measured`, error as Error);
        return;
      }
    }
  }

  /** True as soon as a commit is heard of, false after a while without. */
  async #isCommitted(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isHeard = await new Promise<boolean>((resolve) => {
      this.#roomy = () => resolve(true);
      timer = setTimeout(() => resolve(false), askMs);
    });
    clearTimeout(timer);
    this.#roomy = undefined;
    return isHeard;
  }

  /** Lets nothing more into the batch that gathers. */
  #shut() {
    clearTimeout(this.#timer);
    if (this.#open) this.#closed.push(this.#open);
    this.#open = undefined;
  }

  #next(): OpenBatch | undefined {
    if (this.#closed.length === 0) this.#shut();
    return this.#closed.shift();
  }

  /** A failed enqueue may have happened all the same: the same number again is taken once. */
  async #enqueue(frames: string) {
    const batch = { producer: this.#producer, number: ++this.#number, frames };
    for (;;) {
      try {
        return await this.#backbone.enqueue(this.#lane, batch);
      } catch (error) {
        this.#log(`Lane ${this.#lane}: a batch waits to be enqueued`, error as Error);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}
