import type { Entry } from "../flow/entry.ts";
import type { DeviceContext } from "../model/device.ts";

/** What the archive keeps: what came from outside. Ticks, forwards and deployments follow from the rest. */
export type KeptEntry = Exclude<Entry, { type: "tick" | "forward" | "deploy" }>;

/** Why an entry was not evaluated: it had ended the thread, or the process, that tried. */
export interface SetAside {
  reason: string;
  message: string;
}

/** One kept entry, as its lane evaluated it. */
export interface Row {
  lane: number;
  /** The lane's sequence at this entry: rises within a lane, with gaps. */
  sequence: number;
  /** Arrival time, or when it happened, ms. */
  at: number;
  entry: KeptEntry;
  /** The device as it was told last; missing where the lane did not know it. */
  device?: DeviceContext | undefined;
  setAside?: SetAside | undefined;
}

export function isKept(entry: Entry): entry is KeptEntry {
  return entry.type !== "tick" && entry.type !== "forward" && entry.type !== "deploy";
}

/** When an entry came by the server's clock, ms; 0 where it does not say. */
export function timeOf(entry: KeptEntry): number {
  switch (entry.type) {
    case "upload":
      return entry.arrivedAt;
    case "event":
    case "result":
    case "replay":
      return entry.at;
    case "alarm-cleared":
      return 0;
    default:
      return entry satisfies never;
  }
}
