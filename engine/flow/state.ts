import type { DeviceContext } from "../model/device.ts";
import type { Deployment } from "../model/flow.ts";
import { isKey } from "../nodes/by.ts";
import type { Entry } from "./entry.ts";
import type { Outcome } from "./outcome.ts";
import { Wakes } from "./wakes.ts";

/** What one node remembers for one device. Short names: this is stored for every device. */
export interface NodeState {
  /** Tag of the kind that wrote it. */
  k: string;
  s?: unknown;
  /** Wake by a tick at this time, ms. */
  w?: number;
  /** It watches the device's telemetry. */
  o?: 1;
  /** Of a key: id of the canary that had its last message. */
  c?: number;
}
/** What a lane remembers for one device. */
export interface KeyState {
  /** By `<flow>/<node>`. */
  n: Record<string, NodeState>;
  /** Those of them that watch the device's telemetry. */
  o?: string[];
  /** Shadows that have begun with it: what their refs begin with. */
  b?: string[];
  /** Number of the last event taken. */
  e?: number;
  /** Of a key that devices were grouped by: to be forgotten at this time, ms. */
  x?: number;
}

/** Where a forward stands in its sending lane: the sequence, and which of those of that entry it is. */
export type Place = readonly [sequence: number, n: number];

/** What to store after a run, each as keys and values, alternating. */
export interface Changes {
  state: string[];
  /** To be added to the end of what is stored. */
  tails: string[];
  /** By device: when it wants a tick, ms; "" when no longer. */
  wakes: string[];
}

export const idLength = 8;
/** A connection has at most 64 unacknowledged messages, so no more of them can come again. */
export const ringSize = 64;
/** Under which the deployment is stored, and how far the forwards of each lane were taken. */
export const flowsKey = "flows";
const receivedKey = "received";
/** Under which the number of the last replay taken is stored. */
const replayedKey = "replayed";

/**
 * A lane's state: read by `run`, changed only by `merge` or `apply` with what a run returned. It holds the devices used last; the
 * others are in the store alone, and must be taken before a run that needs them.
 */
export class LaneState {
  sequence = 0;
  deployment: Deployment = { revision: 0, flows: [] };
  /** Number of the last replay that this lane has taken. */
  replayed = 0;
  readonly contexts = new Map<string, DeviceContext>();
  readonly keys = new Map<string, KeyState>();
  /** By device: the ids of its recent uploads, `idLength` characters each, newest last. */
  readonly recent = new Map<string, string>();
  /** By lane: the last forward taken from it. */
  received: ReadonlyMap<number, Place> = new Map();
  /** Of all devices, held or not. */
  readonly wakes = new Wakes();
  /** Devices in memory, the one used longest ago first. */
  readonly #held = new Set<string>();

  /** Under which keys the lane's own state is stored: deployment, forwards and replays taken. */
  static readonly ownKeys = [flowsKey, receivedKey, replayedKey];

  /** Under which keys a device is stored: context, state of nodes, recent ids. */
  static keysOf(device: string): [context: string, key: string, recent: string] {
    return [`c:${device}`, `k:${device}`, `r:${device}`];
  }

  /** The device of such a key; undefined for the lane's own. */
  static deviceOf(key: string): string | undefined {
    return /^[ckr]:/.test(key) ? key.slice(2) : undefined;
  }

  /**
   * The lane's own state, as keys and values, alternating, where it takes over devices of lanes that have nothing under way:
   * the newest of their deployments. No forward can come again, and no replay that one of them took; one that none took may
   * have a lower number than the last of another.
   */
  static ownOfMoved(flows: string | undefined): string[] {
    return flows ? [flowsKey, flows] : [];
  }

  /** Devices that a run of these entries reads, and that are not held. */
  missing(entries: Iterable<Entry>): string[] {
    const missing = new Set<string>();
    for (const entry of entries) {
      const devices =
        entry.type === "tick" ? this.wakes.due(entry.at) : "device" in entry ? [entry.device] : [];
      for (const device of devices) if (!this.#held.has(device)) missing.add(device);
    }
    return [...missing];
  }

  /** The newer one of two deployments as they were stored. */
  static newerFlows(one: string | undefined, other: string | undefined): string | undefined {
    return revisionOf(one) >= revisionOf(other) ? one : other;
  }

  /** Holds the lane's own state as it was stored; undefined where nothing is. */
  takeOwn([flows, received, replayed]: (string | undefined)[]) {
    if (flows) this.deployment = JSON.parse(flows);
    if (received) this.received = new Map(JSON.parse(received));
    if (replayed) this.replayed = Number(replayed);
  }

  /** Holds a device as it was stored; undefined where nothing is. */
  take(device: string, [context, key, recent]: (string | undefined)[]) {
    this.#hold(device);
    if (context) this.contexts.set(device, JSON.parse(context));
    if (recent) this.recent.set(device, recent);
    if (key) this.keys.set(device, JSON.parse(key));
  }

  /** Takes over what a run wants changed, and gives what is to be stored of it. */
  merge(outcome: Outcome): Changes {
    const changes: Changes = { state: [], tails: [], wakes: [] };
    this.#take(outcome, changes);
    return changes;
  }

  /** The same where nothing is stored. */
  apply(outcome: Outcome) {
    this.#take(outcome, undefined);
  }

  #take(outcome: Outcome, changes: Changes | undefined) {
    this.sequence = outcome.sequence;
    if (outcome.deployment) {
      this.deployment = outcome.deployment;
      changes?.state.push(flowsKey, JSON.stringify(outcome.deployment));
    }
    if (outcome.received.size > 0) {
      this.received = new Map([...this.received, ...outcome.received]);
      changes?.state.push(receivedKey, JSON.stringify([...this.received]));
    }
    const isOver = (device: string) => isKey(device) && isEmpty(outcome.keys.get(device));
    if (outcome.replayed !== undefined) {
      this.replayed = outcome.replayed;
      changes?.state.push(replayedKey, String(outcome.replayed));
    }
    for (const [device, context] of outcome.contexts) {
      if (isOver(device)) continue;
      this.#hold(device);
      this.contexts.set(device, context);
      changes?.state.push(`c:${device}`, JSON.stringify(context));
    }
    for (const [device, key] of outcome.keys) {
      this.#hold(device);
      if (isOver(device)) {
        this.#forget(device, changes);
        continue;
      }
      this.keys.set(device, key);
      changes?.state.push(`k:${device}`, JSON.stringify(key));
      const wakeAt = this.wakes.set(device, earliestWake(key));
      if (wakeAt !== null) changes?.wakes.push(device, String(wakeAt ?? ""));
    }
    for (const [device, ids] of outcome.recent) {
      this.#hold(device);
      this.recent.set(device, ((this.recent.get(device) ?? "") + ids).slice(-ringSize * idLength));
      changes?.tails.push(`r:${device}`, ids);
    }
  }

  /** Lets go of the devices used longest ago, down to `most`. */
  shrink(most: number) {
    for (const device of this.#held) {
      if (this.#held.size <= most) return;
      this.#held.delete(device);
      this.contexts.delete(device);
      this.keys.delete(device);
      this.recent.delete(device);
    }
  }

  /** A key is nothing by itself: without state nothing is kept of it. */
  #forget(device: string, changes: Changes | undefined) {
    this.contexts.delete(device);
    this.keys.delete(device);
    const [context, key] = LaneState.keysOf(device);
    changes?.state.push(context, "", key, "");
    if (this.wakes.set(device, undefined) !== null) changes?.wakes.push(device, "");
  }

  #hold(device: string) {
    this.#held.delete(device);
    this.#held.add(device);
  }
}

const revisionOf = (flows: string | undefined) =>
  flows ? (JSON.parse(flows) as Deployment).revision : Number.NEGATIVE_INFINITY;

/** The number of the last event is kept, too: until its time is over it may come again. */
const isEmpty = (key: KeyState | undefined) =>
  key !== undefined && key.e === undefined && Object.keys(key.n).length === 0;

/** When a device wants its next tick, ms. */
export function earliestWake({ n, x }: KeyState): number | undefined {
  let earliest = x;
  for (const ref in n) {
    const { w } = n[ref]!;
    if (w !== undefined && (earliest === undefined || w < earliest)) earliest = w;
  }
  return earliest;
}
