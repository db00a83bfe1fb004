import type { Entry } from "../flow/entry.ts";
import type { DeviceContext } from "../model/device.ts";
import type { Arrival } from "./world.ts";

/** An entry of the archive. */
export interface Recorded {
  lane: number;
  entry: Entry;
  /** It was not evaluated: it had ended the thread, or the process, that tried. */
  setAside?: unknown;
}

/**
 * Chooses what a flow sees again. How commands ended belongs to commands that another version sent; a replay from a node
 * goes on where the recorded version failed; and what ended its thread must not end this one.
 */
export class Choice {
  /** What entries that are passed over told of devices, for the next one of the device. */
  readonly #told = new Map<string, DeviceContext>();
  passedOver = 0;

  of(recorded: readonly Recorded[]): Arrival[] {
    const arrivals: Arrival[] = [];
    for (const { lane, entry, setAside } of recorded) {
      if (setAside !== undefined || entry.type === "result" || (entry.type === "replay" && entry.node)) {
        if ("context" in entry && entry.context) this.#told.set(entry.device, entry.context);
        this.passedOver++;
        continue;
      }
      arrivals.push({ lane, entry: this.#told.size > 0 ? this.#telling(entry) : entry });
    }
    return arrivals;
  }

  #telling(entry: Entry): Entry {
    if (entry.type !== "upload" && entry.type !== "event" && entry.type !== "replay") return entry;
    const context = this.#told.get(entry.device);
    if (!context) return entry;
    this.#told.delete(entry.device);
    return entry.context ? entry : { ...entry, context };
  }
}
