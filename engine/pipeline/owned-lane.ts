import type { Parts } from "./parts.ts";
import type { Report } from "./report.ts";
import type { WorkedLane } from "./slot.ts";
import type { Way } from "./way.ts";

const maxTimerMs = 2_000_000_000;

/** A lane of this node, as the main thread sees it: it works in a thread; its effects and its ticks come from here. */
export class OwnedLane {
  /** Revision of the deployment that the lane runs. */
  revision = 0;
  readonly #parts: Parts;
  readonly #effects: Way;
  readonly #lane: number;
  #worked: WorkedLane | undefined;
  #wake: { at: number; timer: NodeJS.Timeout } | undefined;
  #isClosed = false;

  /** Resolves when the lane is at work. `lost` is called when its thread ends. */
  static async open(
    parts: Parts,
    effects: Way,
    order: { lane: number; reclaim: boolean },
    lost: () => void,
  ): Promise<OwnedLane> {
    const owned = new OwnedLane(parts, effects, order.lane);
    owned.#worked = await parts.threads.work(order, {
      heard: (report) => owned.#hear(report),
      lost: () => {
        owned.#end();
        lost();
      },
    });
    return owned;
  }

  private constructor(parts: Parts, effects: Way, lane: number) {
    this.#parts = parts;
    this.#effects = effects;
    this.#lane = lane;
  }

  async close() {
    await this.#worked?.close();
    this.#end();
  }

  #hear(report: Extract<Report, { lane: number }>) {
    this.revision = report.revision;
    this.#wakeAt(report.nextWake);
    if (report.type === "loaded") {
      for (const { sequence, body } of report.outbox) this.#deliver(sequence, body);
      return;
    }
    this.#parts.intake.committed(this.#lane, report.producer, report.number);
    if (report.effects) this.#deliver(report.sequence, report.effects);
  }

  #deliver(sequence: number, body: string) {
    this.#effects.add({ lane: this.#lane, sequence, body });
  }

  #end() {
    this.#isClosed = true;
    clearTimeout(this.#wake?.timer);
  }

  /** A tick is a message too: it goes through the lane's queue, in order with everything else. */
  #wakeAt(at: number | undefined) {
    if (this.#wake?.at === at || this.#isClosed) return;
    clearTimeout(this.#wake?.timer);
    this.#wake = undefined;
    if (at === undefined) return;
    const timer = setTimeout(
      () => {
        this.#wake = undefined;
        try {
          void this.#parts.intake.put(this.#lane, { type: "tick", at: Date.now() });
        } catch {
          this.#wakeAt(Date.now() + 1000);
        }
      },
      Math.min(Math.max(at - Date.now(), 0), maxTimerMs),
    );
    this.#wake = { at, timer };
  }
}
