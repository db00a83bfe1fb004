export interface EntryAtWork {
  lane: number;
  /** Number that its producer gave the batch. */
  batch: number;
  /** Place in the batch, from 0. */
  index: number;
}

/**
 * What a lane's thread is evaluating, in memory that the main thread sees too: it can tell which entry never ends, and
 * which one ended the thread.
 */
export class Progress {
  readonly memory: SharedArrayBuffer;
  /** Lane, number of the batch, 1 + index of the entry; the last is 0 while nothing is evaluated. */
  readonly #cells: Float64Array;

  constructor(memory = new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new Float64Array(memory);
  }

  begin(lane: number, batch: number) {
    this.#cells[0] = lane;
    this.#cells[1] = batch;
  }

  at(index: number) {
    this.#cells[2] = index + 1;
  }

  end() {
    this.#cells[2] = 0;
  }

  /** The entry at work, or undefined. */
  read(): EntryAtWork | undefined {
    const [lane, batch, place] = this.#cells as unknown as [number, number, number];
    return place > 0 ? { lane, batch, index: place - 1 } : undefined;
  }
}
