import type { Host, Session } from "../../engine/model/host.ts";
import { give, type Parcel, refused } from "./parcel.ts";

/** Accepted but not acknowledged: what a crash can make a device send again. */
const maxUnacknowledged = 64;
const retryMs = 100;
const maxHeldMs = 5000;

/** The reading side of a connection. */
export interface Source {
  pause(): void;
  resume(): void;
  close(): void;
}

/**
 * Gives the host what one connection publishes, in order: up to 64 at a time, the others wait. While the host
 * refuses, one is offered every 100 ms; after 5 s of that the connection is closed, since MQTT 3.1.1 cannot say no.
 */
export class Intake {
  readonly #host: Host;
  readonly #session: Session;
  readonly #source: Source;
  readonly #waiting: Parcel[] = [];
  /** What the host has, by the promise that tells the end of it: all of a batch share one. */
  readonly #given = new Map<Promise<void>, Parcel[]>();
  #unacknowledged = 0;
  #order = 0;
  #retry: NodeJS.Timeout | undefined;
  #probe: Parcel | undefined;
  #ended = false;

  constructor(host: Host, session: Session, source: Source) {
    this.#host = host;
    this.#session = session;
    this.#source = source;
  }

  /** Calls `done` when the sender may be told; never when the connection ends before. */
  take(what: Parcel["what"], unanswered: boolean, done: () => void) {
    const parcel = { what, unanswered, order: this.#order++, heldSince: 0, done };
    if (this.#ended) return this.#drop(parcel);
    if (this.#isOpen() && this.#waiting.length === 0) return this.#offer(parcel);
    this.#waiting.push(parcel);
    if (this.#waiting.length === 1) this.#source.pause();
  }

  /** The connection is gone. What waits was never acknowledged: the device still has it. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#retry);
    for (const parcel of this.#waiting.splice(0)) this.#drop(parcel);
  }

  #isOpen() {
    return this.#unacknowledged < maxUnacknowledged && !this.#retry && !this.#probe;
  }

  #offer(parcel: Parcel) {
    const given = give(this.#host, this.#session, parcel);
    if (parcel.unanswered) {
      parcel.done();
      given.catch(() => this.#drop(parcel));
      return;
    }
    this.#unacknowledged++;
    const together = this.#given.get(given);
    if (together) together.push(parcel);
    else this.#follow(given, [parcel]);
  }

  #follow(given: Promise<void>, parcels: Parcel[]) {
    this.#given.set(given, parcels);
    const settled = (settle: (parcel: Parcel) => void) => {
      this.#given.delete(given);
      for (const parcel of parcels) settle(parcel);
    };
    given.then(
      () => {
        settled((parcel) => this.#taken(parcel));
        this.#next();
      },
      (error) => settled((parcel) => this.#refused(parcel, error)),
    );
  }

  #taken(parcel: Parcel) {
    this.#unacknowledged--;
    if (parcel === this.#probe) this.#probe = undefined;
    parcel.done();
  }

  #refused(parcel: Parcel, error: unknown) {
    this.#unacknowledged--;
    refused(parcel, error);
    this.#hold(parcel);
  }

  #next() {
    if (this.#waiting.length === 0 || this.#ended) return;
    while (this.#waiting.length > 0 && this.#isOpen()) this.#offer(this.#waiting.shift()!);
    if (this.#waiting.length === 0) this.#source.resume();
  }

  #hold(parcel: Parcel) {
    if (this.#ended) return this.#drop(parcel);
    if (parcel === this.#probe) this.#probe = undefined;
    const behind = this.#waiting.findIndex(({ order }) => order > parcel.order);
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, parcel);
    if (this.#waiting.length === 1) this.#source.pause();
    this.#retry ??= setTimeout(() => this.#offerFirst(), retryMs);
  }

  #offerFirst() {
    this.#retry = undefined;
    const first = this.#waiting[0];
    if (!first) return;
    if (first.heldSince > 0 && Date.now() - first.heldSince > maxHeldMs) {
      this.#host.count("mqtt", "throttled");
      return this.#source.close();
    }
    this.#probe = this.#waiting.shift();
    this.#offer(first);
  }

  #drop(parcel: Parcel) {
    if (parcel.unanswered) this.#host.count("mqtt", "throttled");
  }
}

/** Gives the host the will of a connection that has gone; kept for 5 s while the host refuses. */
export async function takeWill(host: Host, session: Session, what: Parcel["what"]): Promise<void> {
  const parcel = { what, unanswered: false, order: 0, heldSince: 0, done() {} };
  for (;;) {
    try {
      return await give(host, session, parcel);
    } catch (error) {
      refused(parcel, error);
      if (Date.now() - parcel.heldSince > maxHeldMs) return host.count("mqtt", "throttled");
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
