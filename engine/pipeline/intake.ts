import { randomUUID } from "node:crypto";
import type { Entry } from "../flow/entry.ts";
import type { Backbone } from "../store/backbone/port.ts";
import { encodeEntry } from "./frame.ts";
import { LaneIntake } from "./lane-intake.ts";
import { Pace } from "./pace.ts";

/** The way into the lanes: gathers entries into micro-batches and puts each into its lane's queue, once and in order. */
export class Intake {
  /** Names this process's batches, so that a lane takes each once. */
  readonly producer = randomUUID().slice(0, 8);
  readonly #lanes: LaneIntake[];

  constructor(backbone: Backbone, log: (message: string, error: Error) => void) {
    const pace = new Pace({ gapMs: backbone.gapMs });
    const { producer } = this;
    this.#lanes = Array.from(
      { length: backbone.lanes },
      (_, lane) => new LaneIntake({ backbone, lane, producer, pace, log }),
    );
  }

  /**
   * Fixes the entry's place in its lane before it returns; resolves after the durable enqueue.
   * Throws MillraceError `overloaded` when too many entries of the lane wait.
   */
  put(lane: number, entry: Entry): Promise<void> {
    return this.#lanes[lane]!.put(encodeEntry(entry));
  }

  /** A lane has committed a batch; of which producer, and of which number. */
  committed(lane: number, producer: string, number: number) {
    if (producer === this.producer) this.#lanes[lane]!.committed(number);
  }

  /** Entries not yet enqueued. */
  get waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  }

  /** Resolves when everything put so far is enqueued. */
  async drain() {
    await Promise.all(this.#lanes.map((lane) => lane.drain()));
  }
}
