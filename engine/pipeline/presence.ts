import type { EventEntry } from "../flow/entry.ts";
import type { KnownDevice } from "./devices.ts";
import { sleep } from "./parts.ts";

type Protocol = "mqtt";
/** Fixes the entry's place in the device's lane; throws when too many wait. */
type Put = (device: KnownDevice, entry: Change) => void;
interface Change extends Pick<EventEntry, "at" | "values"> {
  event: "connected" | "disconnected";
}

const retryMs = 100;

/** Knows which devices are connected to this process, and tells their lanes of the first connection and the end of the last. */
export class Presence {
  readonly #put: Put;
  readonly #open = new Map<string, { count: number; since: number }>();
  /** What could not be put yet, by device: the next one waits behind it. */
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();

  constructor(put: Put) {
    this.#put = put;
  }

  connected(device: KnownDevice, protocol: Protocol) {
    const known = this.#open.get(device.device);
    if (known) {
      known.count++;
      return;
    }
    const at = Date.now();
    this.#open.set(device.device, { count: 1, since: at });
    this.#tell(device, { event: "connected", at, values: { protocol } });
  }

  disconnected(device: KnownDevice, protocol: Protocol) {
    const known = this.#open.get(device.device);
    if (!known || --known.count > 0) return;
    this.#open.delete(device.device);
    const at = Date.now();
    const connectedMs = Math.max(0, at - known.since);
    this.#tell(device, { event: "disconnected", at, values: { protocol, connectedMs } });
  }

  close() {
    this.#closing.abort();
  }

  #tell(device: KnownDevice, entry: Change) {
    const before = this.#waiting.get(device.device);
    // At once where nothing waits, so that it stands before what the device sends next.
    if (!before && this.#isPut(device, entry)) return;
    const waiting = (before ?? Promise.resolve())
      .then(async () => {
        while (!this.#closing.signal.aborted && !this.#isPut(device, entry))
          await sleep(retryMs, this.#closing.signal);
      })
      .finally(() => {
        if (this.#waiting.get(device.device) === waiting) this.#waiting.delete(device.device);
      });
    this.#waiting.set(device.device, waiting);
  }

  #isPut(device: KnownDevice, entry: Change): boolean {
    try {
      this.#put(device, entry);
      return true;
    } catch {
      return false;
    }
  }
}
