import type { Watch as Watched } from "../model/trace.ts";
import type { CondemnedEntry, LaneOrder } from "./lane.ts";
import { type LaneListener, Slot, type SlotSettings, type WorkedLane } from "./slot.ts";
import { lookMs } from "./watch.ts";

export interface ThreadsSettings extends SlotSettings {
  count: number;
  /** Whether a thread waits to take over from the beginning, some 80 MB; else it does once one of them has ended. */
  spare: boolean;
}

/** Time from the start of one thread to that of the next one to spare: whatever takes lanes over goes first. */
const spareAfterMs = 3000;

/**
 * Threads that work lanes. A lane is bound to one of them by its number, so that its state stays there. One more waits,
 * with its stores open, to take over from the next one that ends: starting it then would take the lanes a second or two.
 */
export class Threads {
  readonly #settings: ThreadsSettings;
  readonly #slots: (Slot | undefined)[];
  #spare: Slot | undefined;
  #nextSpare: NodeJS.Timeout | undefined;
  readonly #condemned = new Map<number, CondemnedEntry>();
  readonly #backlogs = new Map<Slot, number>();
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;
  #isSpareWanted: boolean;
  #watches: readonly Watched[] = [];

  constructor(settings: ThreadsSettings) {
    this.#settings = settings;
    this.#isSpareWanted = settings.spare;
    this.#slots = Array.from({ length: settings.count }, () => undefined);
    this.#timer = setInterval(() => {
      for (const slot of this.#slots) slot?.check();
    }, lookMs);
  }

  /** Resolves when the lane is loaded and at work. `reclaim`: its last worker was one of these threads, and died. */
  async work(order: Pick<LaneOrder, "lane" | "reclaim">, listener: LaneListener): Promise<WorkedLane> {
    const { lane } = order;
    const slot = await this.#slotOf(lane);
    const condemned = this.#condemned.get(lane);
    this.#condemned.delete(lane);
    return slot.work({ ...order, condemned }, listener);
  }

  /** Which flows are watched: samples of them come with what is evaluated. */
  watch(watches: readonly Watched[]) {
    this.#watches = watches;
    for (const slot of [...this.#slots, this.#spare]) slot?.watch(watches);
  }

  async close() {
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#nextSpare);
    await Promise.all([...this.#slots, this.#spare].map((slot) => slot?.stop()));
  }

  async #slotOf(lane: number): Promise<Slot> {
    const index = lane % this.#slots.length;
    const slot = this.#slots[index] ?? this.#seat(index);
    await slot.started;
    return slot;
  }

  #seat(index: number): Slot {
    const slot = this.#spare ?? this.#open();
    this.#spare = undefined;
    this.#slots[index] = slot;
    this.#prepareSpare();
    return slot;
  }

  #prepareSpare() {
    clearTimeout(this.#nextSpare);
    if (this.#isClosed || !this.#isSpareWanted) return;
    this.#nextSpare = setTimeout(() => {
      this.#spare ??= this.#open();
    }, spareAfterMs);
  }

  #open(): Slot {
    const slot: Slot = new Slot(this.#settings, {
      backlog: (batches) => this.#backlog(slot, batches),
      ended: (condemned) => {
        this.#isSpareWanted = true;
        const index = this.#slots.indexOf(slot);
        if (index >= 0) this.#slots[index] = undefined;
        else {
          this.#spare = undefined;
          this.#prepareSpare();
        }
        this.#backlog(slot, 0);
        if (condemned) this.#condemned.set(condemned.lane, condemned);
      },
    });
    slot.watch(this.#watches);
    return slot;
  }

  #backlog(slot: Slot, batches: number) {
    this.#backlogs.set(slot, batches);
    let sum = 0;
    for (const one of this.#backlogs.values()) sum += one;
    this.#settings.observer.backlog("points", sum);
  }
}
