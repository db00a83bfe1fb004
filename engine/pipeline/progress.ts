/**
 * What a lane's thread is evaluating, in memory that the main thread sees too: it can tell which entry never ends, and
 * which one ended the thread.
 */
export class Progress {
  readonly memory: SharedArrayBuffer;
  /** Lane, sequence of the entry; both 0 while nothing is evaluated. */
  readonly #cells: Float64Array;

  constructor(memory = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new Float64Array(memory);
  }

  begin(lane: number) {
    this.#cells[0] = lane;
  }

  at(sequence: number) {
    this.#cells[1] = sequence;
  }

  end() {
    this.#cells[1] = 0;
  }

  /** The entry at work, or undefined. */
  read(): { lane: number; sequence: number } | undefined {
    const [lane, sequence] = this.#cells as unknown as [number, number];
    return sequence > 0 ? { lane, sequence } : undefined;
  }
}
