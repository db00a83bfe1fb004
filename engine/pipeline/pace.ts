/** A batch goes this long after its first entry, or when it is full. */
const lingerMs = 5;

/** When the batches of a process may go. */
export class Pace {
  readonly #gapMs: number;
  #next = 0;

  /**
   * `gapMs`: batches of all lanes together go at least so far apart. Each one wakes the queue, the lane's thread and
   * the store several times, whatever it holds: the busier the process, the larger its batches must be.
   */
  constructor({ gapMs }: { gapMs: number }) {
    this.#gapMs = gapMs;
  }

  /** The time, by `performance.now()`, at which a batch goes that was begun at `begunAt`. Each call takes a turn. */
  turn(begunAt: number): number {
    const at = Math.max(begunAt + lingerMs, this.#next);
    this.#next = at + this.#gapMs;
    return at;
  }
}
