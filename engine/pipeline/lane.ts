import type { Entry } from "../flow/entry.ts";
import type { Condemned } from "../flow/outcome.ts";
import { LaneState } from "../flow/state.ts";
import { MillraceError } from "../model/errors.ts";
import type {
  Batch,
  Commit,
  LaneSnapshot,
  LaneStore,
  LaneWorker,
  TakenBatch,
} from "../store/backbone/port.ts";
import { countFault, type Fault, isSuspect, judge, numberOf, placeName, placeOf } from "./apart.ts";
import { evaluate } from "./evaluate.ts";
import { decodeEntries, encodeEntry } from "./frame.ts";
import type { LaneArchive } from "./lane-archive.ts";
import { type Log, type Observer, sleep } from "./parts.ts";
import type { Progress } from "./progress.ts";
import type { Report } from "./report.ts";
import type { Sampler } from "./sampler.ts";
import type { SeenFields } from "./seen-fields.ts";
import type { Way } from "./way.ts";

const retryMs = 100;

/** What a lane works with in its thread. */
export interface LaneParts {
  store: LaneStore;
  points: Pick<Way, "add">;
  format: "rows" | "lines";
  maxAheadMs: number;
  observer: Observer;
  tell(report: Report): void;
  log: Log;
  progress?: Progress;
  sampler?: Sampler;
  archive?: LaneArchive;
  seen?: Pick<SeenFields, "look">;
  evaluate?: typeof evaluate;
  /** Devices whose state the lane holds in memory, a kB or more each; that of the others is read when they send. */
  maxDevices: number;
}

export interface LaneOrder {
  lane: number;
  /** The one who worked the lane before is known to be dead: what it had taken need not wait for its lock. */
  reclaim?: boolean;
  condemned?: CondemnedEntry | undefined;
}

/** How entries come to be evaluated. */
interface EvaluateOrder {
  /** When it began, of the thread's own clock, ms. */
  start: number;
  /** The entries as text. */
  frames: string;
  /** Number of the batch. */
  batch: number;
  /** Place of the first entry, where the batch is taken apart. */
  first?: number;
  condemned: Condemned | undefined;
}

/** An entry that ended the thread that evaluated it. */
export type CondemnedEntry = Condemned & { batch: number };

/**
 * One lane in the thread of the node that owns it: evaluates its batches in order and commits each as one atomic step.
 * A failed commit is tried again in place, so that no later batch overtakes it.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #lane: number;
  #condemned: CondemnedEntry | undefined;
  /** The batch, or the entry of one that is taken apart, at work. */
  #at = "";
  #fault: Fault | undefined;
  /** The entry of a batch taken apart that this owner began last. */
  #begun = "";
  readonly #closing = new AbortController();
  #worker: LaneWorker | undefined;
  /** Missing until it holds what the store holds. */
  #state: LaneState | undefined;
  #producers: LaneSnapshot["producers"] = {};
  /** Commits up to this sequence have been given to delivery. */
  #handedOn = 0;
  /** The sequence that this owner begins at, and the one that the store held then. */
  #origin = { sequence: 0, stored: 0 };

  /** Takes the lane over: loads its state, and gives to delivery what was committed but perhaps not delivered. */
  static async open(parts: LaneParts, { lane, reclaim = false, condemned }: LaneOrder): Promise<Lane> {
    const opened = new Lane(parts, lane, condemned);
    await opened.#load();
    if (reclaim) await parts.store.reclaim(lane);
    // Only now: a batch and a load at the same time would leave an older state here than in the store.
    opened.#worker = parts.store.work(lane, (batch, signal) => opened.#take(batch, signal));
    return opened;
  }

  private constructor(parts: LaneParts, lane: number, condemned: CondemnedEntry | undefined) {
    this.#parts = parts;
    this.#lane = lane;
    this.#condemned = condemned;
  }

  async close() {
    this.#closing.abort();
    // What is committed is still delivered from here: the next owner may have looked into the outbox before.
    await this.#worker?.close();
  }

  async #take(batch: TakenBatch, signal: AbortSignal): Promise<boolean> {
    const isOver = () => signal.aborted || this.#closing.signal.aborted;
    while (!isOver()) {
      try {
        if (await this.#attempt(batch, isOver)) return true;
      } catch (error) {
        this.#state = undefined;
        const { message } = error as Error;
        // A store that is away is waited for as long as it takes.
        if (!isAway(error)) this.#fault = countFault(this.#fault, this.#at, message);
        this.#parts.log("warn", "a batch is tried again", { lane: this.#lane, error: message });
        await sleep(retryMs, signal);
      }
    }
    return false;
  }

  /** True when the batch is committed, by this attempt or before. */
  async #attempt(batch: TakenBatch, isOver: () => boolean): Promise<boolean> {
    const { producer, number } = batch;
    const state = this.#state ?? (await this.#load());
    if (number <= (this.#producers[producer] ?? 0)) {
      this.#parts.observer.committed("repeated", 1);
      this.#tell(batch, state, { sequence: 0, effects: "" });
      return true;
    }
    const start = performance.now();
    const entries = decodeEntries(batch.frames);
    this.#at = placeName(batch);
    if (this.#at in this.#producers || isSuspect(batch, this.#at, this.#fault))
      return this.#takeApart(batch, entries, isOver);
    const condemned = this.#condemned?.batch === number ? this.#condemned : undefined;
    return this.#evaluate(batch, entries, { start, frames: batch.frames, batch: number, condemned });
  }

  /**
   * Commits each entry by itself, and notes in the store that it begins: so whoever owns the lane next knows at which
   * entry this process ended.
   */
  async #takeApart(batch: TakenBatch, entries: Entry[], isOver: () => boolean): Promise<boolean> {
    const name = placeName(batch);
    const { number } = batch;
    while (!isOver()) {
      const place = placeOf(this.#producers[name]);
      const { index, begun } = place;
      this.#at = `${name} ${index}`;
      const isBegunHere = this.#begun === `${name} ${numberOf(place)}`;
      const condemned =
        this.#condemned?.batch === number && this.#condemned.index === index
          ? this.#condemned
          : judge({ index, begun: isBegunHere ? 0 : begun }, this.#at, this.#fault);
      if (!condemned && !isBegunHere && !(await this.#begin({ name, index, begun: begun + 1 }))) return false;
      const isLast = index >= entries.length - 1;
      const as = isLast ? batch : { producer: name, number: numberOf({ index: index + 1, begun: 0 }) };
      const one = entries.slice(index, index + 1);
      const frames = one.map(encodeEntry).join("");
      const options = { start: performance.now(), frames, batch: number, first: index, condemned };
      if (!(await this.#evaluate(as, one, options))) return false;
      if (isLast) return true;
    }
    return false;
  }

  /** Notes an entry of a batch that is taken apart as begun; false when another was faster. */
  async #begin({ name, ...place }: { name: string; index: number; begun: number }): Promise<boolean> {
    const state = this.#state ?? (await this.#load());
    const number = numberOf(place);
    this.#begun = `${name} ${number}`;
    const expected = state.sequence++;
    return this.#commit({ producer: name, number }, expected, { ...nothing, sequence: state.sequence });
  }

  /** Evaluates entries and commits what comes of them; false when another was faster. */
  async #evaluate(
    as: Pick<Batch, "producer" | "number">,
    entries: Entry[],
    { start, frames, ...options }: EvaluateOrder,
  ): Promise<boolean> {
    const { observer, format, maxAheadMs, progress, sampler, archive, seen } = this.#parts;
    const lane = this.#lane;
    const state = this.#state ?? (await this.#load());
    await this.#hold(state, state.missing(entries));
    const expected = state.sequence;
    const all = { lane, format, maxAheadMs, progress, sampler, ...options };
    const evaluated = (this.#parts.evaluate ?? evaluate)(state, entries, all);
    observer.stage("evaluate", (performance.now() - start) / 1000);
    const { tally, ...changes } = evaluated;
    if (!(await this.#commit(as, expected, changes))) return false;
    // It stood in the first batch; later ones of other producers may have the same number.
    if (options.condemned || options.first === undefined) this.#condemned = undefined;
    observer.evaluated(tally);
    const { contexts } = state;
    const aside = options.condemned && {
      ...options.condemned,
      index: options.condemned.index - (options.first ?? 0),
    };
    archive?.add({ lane, sequence: expected, frames, entries, contexts, condemned: aside });
    seen?.look(entries, contexts, performance.now());
    this.#tell(as, state, evaluated);
    this.#handOn(evaluated.sequence, evaluated.points);
    state.shrink(this.#parts.maxDevices);
    return true;
  }

  async #commit(
    { producer, number }: Pick<Batch, "producer" | "number">,
    expected: number,
    changes: Omit<Commit, "expected" | "producer" | "number">,
  ): Promise<boolean> {
    const { store, observer } = this.#parts;
    const startedAt = performance.now();
    const result = await store.commit(this.#lane, {
      expected: expected === this.#origin.sequence ? this.#origin.stored : expected,
      producer,
      number,
      ...changes,
    });
    observer.stage("commit", (performance.now() - startedAt) / 1000);
    observer.committed(result, 1);
    if (result === "conflict") {
      this.#state = undefined;
      return false;
    }
    this.#producers[producer] = number;
    return true;
  }

  /** Reads devices into memory. */
  async #hold(state: LaneState, devices: string[]) {
    if (devices.length === 0) return;
    const values = await this.#parts.store.read(this.#lane, devices.flatMap(LaneState.keysOf));
    for (const [i, device] of devices.entries()) state.take(device, values.slice(3 * i, 3 * i + 3));
  }

  async #load(): Promise<LaneState> {
    const { store, tell } = this.#parts;
    const { sequence, producers, wakes, effects, points } = await store.snapshot(this.#lane);
    const own = await store.read(this.#lane, LaneState.ownKeys);
    const state = new LaneState();
    // By the time, so that effect ids stay new even where a backbone was wiped, or set back by a power cut.
    this.#origin = { sequence: Math.max(sequence, Date.now() * 1000), stored: sequence };
    state.sequence = this.#origin.sequence;
    state.takeOwn(own);
    for (const [device, at] of wakes) state.wakes.set(device, at);
    this.#state = state;
    this.#producers = producers;
    const outbox = effects.filter(({ sequence }) => sequence > this.#handedOn);
    const { revision } = state.deployment;
    tell({ type: "loaded", lane: this.#lane, revision, nextWake: state.wakes.next(), outbox });
    for (const sequence of points) this.#handOn(sequence, undefined);
    return state;
  }

  /**
   * Once each: an older point written again could take the place of a newer one. `points` undefined: they are in the
   * outbox.
   */
  #handOn(sequence: number, points: string | undefined) {
    if (sequence <= this.#handedOn) return;
    this.#handedOn = sequence;
    if (points !== "") this.#parts.points.add({ lane: this.#lane, sequence, body: points });
  }

  #tell(
    { producer, number }: Pick<Batch, "producer" | "number">,
    state: LaneState,
    { sequence, effects }: { sequence: number; effects: string },
  ) {
    this.#parts.tell({
      type: "committed",
      lane: this.#lane,
      producer,
      number,
      sequence,
      effects,
      revision: state.deployment.revision,
      nextWake: state.wakes.next(),
    });
  }
}

/** Changes nothing. */
const nothing = { state: "", tails: "", wakes: "", effects: "", points: "" };

function isAway(error: unknown): boolean {
  return error instanceof MillraceError && error.code === "unavailable";
}
