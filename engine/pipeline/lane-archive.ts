import type { Entry } from "../flow/entry.ts";
import type { Condemned } from "../flow/outcome.ts";
import type { DeviceContext } from "../model/device.ts";

/** A batch, or an entry of one that was taken apart, as the lane committed it. */
export interface Kept {
  lane: number;
  /** The lane's sequence before the first entry. */
  sequence: number;
  /** The entries as text, as they came out of the queue. */
  frames: string;
  entries: readonly Entry[];
  /** Of the devices, as the lane knows them. */
  contexts: ReadonlyMap<string, DeviceContext>;
  condemned: Condemned | undefined;
}

/** Keeps what lanes commit. Never throws, never waits. */
export interface LaneArchive {
  add(kept: Kept): void;
}
