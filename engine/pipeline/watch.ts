import type { Progress } from "./progress.ts";
import { computedMs } from "./thread-time.ts";

/** How often a thread is looked at, ms. */
export const lookMs = 25;
/** Where it cannot be told what a thread computes, it may as well have waited for the processor. */
const patience = 5;

/**
 * Tells when a step of the entry at work takes too long. What counts is what the thread computes, not the time that
 * goes by: it is not to blame for a machine that is busy or stands still.
 */
export class Watch {
  readonly #progress: Progress;
  readonly #computedMs: typeof computedMs;
  /** The step at the last look, and for how many looks before; what the thread had computed at the second. */
  #seen = { step: -1, looks: 0, fromMs: undefined as number | undefined };

  constructor(progress: Progress, computed = computedMs) {
    this.#progress = progress;
    this.#computedMs = computed;
  }

  /** To be called every `lookMs`: true when the step at work has had more than its time. */
  look(): boolean {
    const { number, limitMs } = this.#progress.readStep();
    if (!this.#progress.read() || number !== this.#seen.step) {
      this.#seen = { step: number, looks: 0, fromMs: undefined };
      return false;
    }
    this.#seen.looks++;
    const now = this.#computedMs(this.#progress.thread);
    if (now === undefined) return this.#seen.looks * lookMs > limitMs * patience;
    this.#seen.fromMs ??= now;
    return now - this.#seen.fromMs > limitMs;
  }
}
