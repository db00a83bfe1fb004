import type { Outbox, Part } from "../store/backbone/port.ts";
import { type Log, sleep } from "./parts.ts";

export interface Item {
  lane: number;
  sequence: number;
  body: string;
}
/** `body` undefined: it is in the outbox and is read when its turn comes. */
export type Waiting = Omit<Item, "body"> & { body: string | undefined };

export interface WayParts {
  /** What is on this way, as logs call it. */
  part: Part;
  /** How long a write waits for more to come along; 0: not beyond this turn of the event loop. */
  gatherMs: number;
  outbox: Outbox;
  /** Durable when it resolves, and safe to repeat. */
  write(items: Item[]): Promise<void>;
  observer: {
    stage(name: "deliver", seconds: number): void;
    delivered(part: "effects" | "points", batches: number): void;
    backlog(part: "effects" | "points", batches: number): void;
  };
  log: Log;
}

const maxItems = 256;
const maxChars = 8_000_000;
/** While a store is away more and more waits: beyond this, only the outbox holds it. */
const maxWaitingChars = 32_000_000;
/** Of a body that is not at hand. */
const usualChars = 60_000;
const retryMs = { first: 100, most: 5000 };

/** Brings one part of what lanes commit to its store, in order, until the store has it; then it leaves the outbox. */
export class Way {
  readonly #parts: WayParts;
  readonly #stopped = new AbortController();
  /** Nothing more will come: what waits need not wait for company. */
  readonly #hurry = new AbortController();
  #waiting: Waiting[] = [];
  #waitingChars = 0;
  #running: Promise<void> | undefined;
  #reported = 0;

  constructor(parts: WayParts) {
    this.#parts = parts;
  }

  add({ lane, sequence, body }: Waiting) {
    const isKept = body !== undefined && this.#waitingChars + body.length <= maxWaitingChars;
    if (isKept) this.#waitingChars += body.length;
    this.#waiting.push({ lane, sequence, body: isKept ? body : undefined });
    this.#running ??= this.#run();
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
    const { part, outbox, observer } = this.#parts;
    let dropped: Promise<void> | undefined;
    while (!this.#stopped.signal.aborted) {
      await this.#gather();
      const waiting = this.#take();
      if (waiting.length === 0) {
        await dropped;
        // Something may have come while this waited.
        if (this.#waiting.length === 0) break;
        continue;
      }
      const start = performance.now();
      let items: Item[] = [];
      await this.#untilDone(async () => {
        items = await this.#read(waiting);
        await this.#parts.write(items);
      });
      // The next write need not wait until these have left the outbox: they may be written again.
      await dropped;
      dropped = this.#untilDone(() => outbox.delivered(part, waiting));
      observer.stage("deliver", (performance.now() - start) / 1000);
      observer.delivered(part, items.length);
      observer.backlog(part, this.#waiting.length);
    }
    if (this.#stopped.signal.aborted) await dropped;
    // In the same turn as the last look: what is added from now on begins a new round.
    this.#running = undefined;
  }

  /** Lanes commit one after another: waiting for the others makes one larger write of many small ones. */
  #gather(): Promise<unknown> {
    const { gatherMs } = this.#parts;
    if (gatherMs === 0) return new Promise((resolve) => setImmediate(resolve));
    return this.#waiting.length >= maxItems ? Promise.resolve() : sleep(gatherMs, this.#hurry.signal);
  }

  #take(): Waiting[] {
    let chars = 0;
    let count = 0;
    while (count < this.#waiting.length && count < maxItems && chars < maxChars)
      chars += this.#waiting[count++]!.body?.length ?? usualChars;
    const taken = this.#waiting.splice(0, count);
    for (const { body } of taken) this.#waitingChars -= body?.length ?? 0;
    return taken;
  }

  /** Reads from the outbox what is not at hand; what is no longer there has been delivered. */
  async #read(waiting: Waiting[]): Promise<Item[]> {
    const { part, outbox } = this.#parts;
    const byLane = new Map<number, Waiting[]>();
    for (const item of waiting)
      if (item.body === undefined) byLane.set(item.lane, [...(byLane.get(item.lane) ?? []), item]);
    for (const [lane, items] of byLane) {
      const sequences = items.map(({ sequence }) => sequence);
      for (const [i, body] of (await outbox.outbox(part, lane, sequences)).entries()) items[i]!.body = body;
    }
    return waiting.filter((item): item is Item => item.body !== "");
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
