import { type EventLoopUtilization, performance } from "node:perf_hooks";

/** A batch goes this long after its first entry, or when it is full. */
const lingerMs = 5;
/** Never less of the time between two flushes counts as idle: however busy the process, batches go on. */
const leastIdle = 0.2;
const measureMs = 200;

/**
 * When the batches of a process may go: those of all lanes at the same times, so that one wake of the queue, the
 * lanes' thread and the store serves them all. The busier the process, the longer the time between, since what a
 * flush costs does not depend on what it holds.
 */
export class Pace {
  readonly #gapMs: number;
  readonly #idle: () => number;
  #next = 0;

  /** `gapMs`: time between flushes of an idle process. `idle`: the part of the last moments in which it had nothing to do. */
  constructor({ gapMs, idle = idleLoop() }: { gapMs: number; idle?: () => number }) {
    this.#gapMs = gapMs;
    this.#idle = idle;
  }

  /** The time, by `performance.now()`, at which a batch goes that was begun at `begunAt`. */
  turn(begunAt: number): number {
    if (this.#next < begunAt) {
      const gapMs = this.#gapMs / Math.max(this.#idle(), leastIdle);
      this.#next = Math.max(begunAt + lingerMs, this.#next + gapMs);
    }
    return this.#next;
  }
}

/** The idle part of this thread's event loop, measured over at least `measureMs`. */
function idleLoop(): () => number {
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  let measuredAt = performance.now();
  let idle = 1;
  return () => {
    const now = performance.now();
    if (now - measuredAt < measureMs) return idle;
    const upToNow = performance.eventLoopUtilization();
    idle = 1 - performance.eventLoopUtilization(upToNow, before).utilization;
    before = upToNow;
    measuredAt = now;
    return idle;
  };
}
