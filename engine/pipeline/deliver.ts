import type { DeadLetterEffect, Effect } from "../model/effect.ts";
import { MillraceError } from "../model/errors.ts";
import type { RefusedPoints } from "../model/series.ts";
import type { Applied } from "../store/registry.ts";
import { type Parts, sleep } from "./parts.ts";

interface Item {
  lane: number;
  sequence: number;
  body: string;
}

const maxItems = 256;
const maxChars = 8_000_000;
const retryMs = { first: 100, most: 5000 };

/**
 * Brings committed effects and points to their stores, each part on its own way, so that alarms and commands never
 * wait for the series store. Everything is safe to repeat; what is delivered leaves the outbox.
 */
export class Deliver {
  readonly #effects: Way;
  readonly #points: Way;

  constructor(parts: Parts, told: (applied: Applied) => void) {
    this.#effects = new Way(parts, "effects", async (items) => {
      const effects: Effect[] = [];
      for (const { body } of items) effects.push(...(JSON.parse(body) as Effect[]));
      told(await parts.registry.apply(effects));
    });
    this.#points = new Way(parts, "points", (items) => writePoints(parts, items));
  }

  /** `item`: effects and points of one commit, "" where there are none. */
  add(lane: number, { sequence, effects, points }: { sequence: number; effects: string; points: string }) {
    if (effects) this.#effects.add({ lane, sequence, body: effects });
    if (points) this.#points.add({ lane, sequence, body: points });
  }

  /** Tries to bring out what is at hand, for at most `ms`; the rest stays in the outbox for the next start. */
  async close(ms: number) {
    await Promise.race([Promise.all([this.#effects.idle(), this.#points.idle()]), sleep(ms)]);
    this.#effects.stop();
    this.#points.stop();
  }
}

class Way {
  readonly #parts: Parts;
  readonly #part: "effects" | "points";
  readonly #write: (items: Item[]) => Promise<void>;
  readonly #stopped = new AbortController();
  #waiting: Item[] = [];
  #running: Promise<void> | undefined;
  #reported = 0;

  constructor(parts: Parts, part: "effects" | "points", write: (items: Item[]) => Promise<void>) {
    this.#parts = parts;
    this.#part = part;
    this.#write = write;
  }

  add(item: Item) {
    this.#waiting.push(item);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async idle() {
    while (this.#running) await this.#running;
  }

  stop() {
    this.#stopped.abort();
  }

  async #run() {
    // Lanes commit one after another; waiting for the others of this turn makes one larger write of many small ones.
    await new Promise((resolve) => setImmediate(resolve));
    let dropped: Promise<void> | undefined;
    while (!this.#stopped.signal.aborted) {
      const items = this.#take();
      if (items.length === 0) {
        await dropped;
        // Something may have come while this waited.
        if (this.#waiting.length === 0) return;
        continue;
      }
      const start = performance.now();
      await this.#untilDone(() => this.#write(items));
      // The next write need not wait until these have left the outbox: they may be written again.
      await dropped;
      dropped = this.#untilDone(() => this.#parts.backbone.delivered(this.#part, items));
      this.#parts.observer.stage("deliver", (performance.now() - start) / 1000);
      this.#parts.observer.delivered(this.#part, items.length);
      this.#parts.observer.backlog(this.#part, this.#waiting.length);
    }
    await dropped;
  }

  #take(): Item[] {
    let chars = 0;
    let count = 0;
    while (count < this.#waiting.length && count < maxItems && chars < maxChars)
      chars += this.#waiting[count++]!.body.length;
    return this.#waiting.splice(0, count);
  }

  async #untilDone(work: () => Promise<void>) {
    for (
      let waitMs = retryMs.first;
      !this.#stopped.signal.aborted;
      waitMs = Math.min(waitMs * 2, retryMs.most)
    ) {
      try {
        await work();
        return;
      } catch (error) {
        this.#parts.observer.backlog(this.#part, this.#waiting.length);
        if (Date.now() - this.#reported > 10_000) {
          this.#reported = Date.now();
          const fields = { waiting: this.#waiting.length, error: (error as Error).message };
          this.#parts.log("warn", `${this.#part} wait to be delivered`, fields);
        }
        await sleep(waitMs, this.#stopped.signal);
      }
    }
  }
}

/** Points that the series store will never take become dead letters with the store's own words; the others are written. */
async function writePoints({ series, registry }: Parts, items: Item[]) {
  try {
    await series.write(items.map(({ body }) => body));
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== "points_refused") throw error;
    const refused = error.details?.refused as RefusedPoints[];
    // The same write gives the same refusals, so the ids hold when it is repeated.
    const { lane, sequence } = items[0]!;
    await registry.apply(refused.map((one, index) => refusedLetter(one, `${lane}:${sequence}:p${index}`)));
  }
}

function refusedLetter({ points, message }: RefusedPoints, id: string): DeadLetterEffect {
  const raw = Buffer.from(points).toString("base64");
  return { type: "dead-letter", id, device: "", at: Date.now(), reason: "point_refused", message, raw };
}
