import { type Log, sleep } from "./parts.ts";

export interface Item {
  lane: number;
  sequence: number;
  body: string;
}

export interface WayParts {
  /** What is on this way, as logs call it. */
  part: "effects" | "points";
  /** How long a write waits for more to come along; 0: not beyond this turn of the event loop. */
  gatherMs: number;
  /** Durable when it resolves, and safe to repeat. */
  write(items: Item[]): Promise<void>;
  /** Drops what was written from the outbox. */
  delivered(items: Item[]): Promise<void>;
  observer: {
    stage(name: "deliver", seconds: number): void;
    delivered(part: "effects" | "points", batches: number): void;
    backlog(part: "effects" | "points", batches: number): void;
  };
  log: Log;
}

const maxItems = 256;
const maxChars = 8_000_000;
const retryMs = { first: 100, most: 5000 };

/** Brings one part of what lanes commit to its store, in order, until the store has it; then it leaves the outbox. */
export class Way {
  readonly #parts: WayParts;
  readonly #stopped = new AbortController();
  /** Nothing more will come: what waits need not wait for company. */
  readonly #hurry = new AbortController();
  #waiting: Item[] = [];
  #running: Promise<void> | undefined;
  #reported = 0;

  constructor(parts: WayParts) {
    this.#parts = parts;
  }

  add(item: Item) {
    this.#waiting.push(item);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Forgets what waits of a lane that another node owns now: it has the outbox. */
  drop(lane: number) {
    this.#waiting = this.#waiting.filter((item) => item.lane !== lane);
  }

  /** Tries to bring out what is at hand, for at most `ms`; the rest stays in the outbox for the next owner. */
  async close(ms: number) {
    this.#hurry.abort();
    await Promise.race([this.#idle(), sleep(ms)]);
    this.#stopped.abort();
    await this.#running;
  }

  async #idle() {
    while (this.#running) await this.#running;
  }

  async #run() {
    const { part, observer } = this.#parts;
    let dropped: Promise<void> | undefined;
    while (!this.#stopped.signal.aborted) {
      await this.#gather();
      const items = this.#take();
      if (items.length === 0) {
        await dropped;
        // Something may have come while this waited.
        if (this.#waiting.length === 0) return;
        continue;
      }
      const start = performance.now();
      await this.#untilDone(() => this.#parts.write(items));
      // The next write need not wait until these have left the outbox: they may be written again.
      await dropped;
      dropped = this.#untilDone(() => this.#parts.delivered(items));
      observer.stage("deliver", (performance.now() - start) / 1000);
      observer.delivered(part, items.length);
      observer.backlog(part, this.#waiting.length);
    }
    await dropped;
  }

  /** Lanes commit one after another: waiting for the others makes one larger write of many small ones. */
  #gather(): Promise<unknown> {
    const { gatherMs } = this.#parts;
    if (gatherMs === 0) return new Promise((resolve) => setImmediate(resolve));
    return this.#waiting.length >= maxItems ? Promise.resolve() : sleep(gatherMs, this.#hurry.signal);
  }

  #take(): Item[] {
    let chars = 0;
    let count = 0;
    while (count < this.#waiting.length && count < maxItems && chars < maxChars)
      chars += this.#waiting[count++]!.body.length;
    return this.#waiting.splice(0, count);
  }

  async #untilDone(work: () => Promise<void>) {
    const { part, observer, log } = this.#parts;
    for (
      let waitMs = retryMs.first;
      !this.#stopped.signal.aborted;
      waitMs = Math.min(waitMs * 2, retryMs.most)
    ) {
      try {
        await work();
        return;
      } catch (error) {
        observer.backlog(part, this.#waiting.length);
        if (Date.now() - this.#reported > 10_000) {
          this.#reported = Date.now();
          const fields = { waiting: this.#waiting.length, error: (error as Error).message };
          log("warn", `${part} wait to be delivered`, fields);
        }
        await sleep(waitMs, this.#stopped.signal);
      }
    }
  }
}
