export interface EntryAtWork {
  lane: number;
  /** Number that its producer gave the batch. */
  batch: number;
  /** Place in the batch, from 0. */
  index: number;
}

/** A node that works longer than this on one message never ends, as far as anyone who waits can tell; ms. */
export const stepMs = 200;
/** All flows are made ready in one step. */
export const deployMs = 10_000;

/** One cell each; `place` is 1 + index of the entry, and 0 while no entry is evaluated. */
const cells = { lane: 0, batch: 1, place: 2, step: 3, limitMs: 4, thread: 5 };

/**
 * What a lane's thread is evaluating, in memory that the main thread sees too: it can tell which entry never ends, and
 * which one ended the thread.
 */
export class Progress {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Float64Array;

  constructor(memory = new SharedArrayBuffer(Object.keys(cells).length * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new Float64Array(memory);
  }

  /** The system's number of the thread that evaluates, or 0. */
  get thread(): number {
    return this.#cells[cells.thread]!;
  }
  set thread(number: number) {
    this.#cells[cells.thread] = number;
  }

  begin(lane: number, batch: number) {
    this.#cells[cells.lane] = lane;
    this.#cells[cells.batch] = batch;
  }

  /** `limitMs`: what each step of the entry may take. */
  at(index: number, limitMs: number) {
    this.#cells[cells.limitMs] = limitMs;
    this.#cells[cells.place] = index + 1;
    this.step();
  }

  /** The entry gets on: an upload of ten thousand readings takes long, and each of them is short. */
  readonly step = () => {
    this.#cells[cells.step]!++;
  };

  end() {
    this.#cells[cells.place] = 0;
    this.step();
  }

  /** The entry at work, or undefined. */
  read(): EntryAtWork | undefined {
    const place = this.#cells[cells.place]!;
    if (place === 0) return undefined;
    return { lane: this.#cells[cells.lane]!, batch: this.#cells[cells.batch]!, index: place - 1 };
  }

  /** No two steps have the same number. */
  readStep(): { number: number; limitMs: number } {
    return { number: this.#cells[cells.step]!, limitMs: this.#cells[cells.limitMs]! };
  }
}
