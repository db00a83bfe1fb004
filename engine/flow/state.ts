import type { DeviceContext } from "../model/device.ts";
import type { Deployment } from "../model/flow.ts";
import type { Outcome } from "./outcome.ts";

/** What one node remembers for one device. Short names: this is stored for every device. */
export interface NodeState {
  /** Tag of the kind that wrote it. */
  k: string;
  s?: unknown;
  /** Wake by a tick at this time, ms. */
  w?: number;
}
/** What a lane remembers for one device. */
export interface KeyState {
  /** By `<flow>/<node>`. */
  n: Record<string, NodeState>;
}

export const idLength = 8;
/** A connection has at most 64 unacknowledged messages, so no more of them can come again. */
export const ringSize = 64;

const wakeGrainMs = 1000;

/** A lane's state: read by `run`, changed only by `merge` with what a run returned. */
export class LaneState {
  sequence = 0;
  deployment: Deployment = { revision: 0, flows: [] };
  readonly contexts = new Map<string, DeviceContext>();
  readonly keys = new Map<string, KeyState>();
  /** By device: the ids of its recent uploads, `idLength` characters each, newest last. */
  readonly recent = new Map<string, string>();
  /** Devices to wake, by second; each device stands in the bucket of its earliest wake. */
  readonly #wakes = new Map<number, Set<string>>();
  readonly #wakeOf = new Map<string, number>();

  /** From stored entries: keys and values, alternating. */
  static load(sequence: number, entries: readonly string[]): LaneState {
    const state = new LaneState();
    state.sequence = sequence;
    for (let i = 0; i + 1 < entries.length; i += 2) {
      const key = entries[i]!;
      const value = entries[i + 1]!;
      if (key === "flows") state.deployment = JSON.parse(value);
      else if (key.startsWith("c:")) state.contexts.set(key.slice(2), JSON.parse(value));
      else if (key.startsWith("r:")) state.recent.set(key.slice(2), value);
      else state.#put(key.slice(2), JSON.parse(value));
    }
    return state;
  }

  /** What to store after a run: keys and values, alternating. */
  static entries(outcome: Outcome): string[] {
    const entries: string[] = [];
    if (outcome.deployment) entries.push("flows", JSON.stringify(outcome.deployment));
    for (const [device, context] of outcome.contexts) entries.push(`c:${device}`, JSON.stringify(context));
    for (const [device, key] of outcome.keys) entries.push(`k:${device}`, JSON.stringify(key));
    return entries;
  }

  /** What to add to the end of stored values after a run: keys and ends, alternating. */
  static tails(outcome: Outcome): string[] {
    const tails: string[] = [];
    for (const [device, ids] of outcome.recent) tails.push(`r:${device}`, ids);
    return tails;
  }

  merge(outcome: Outcome) {
    this.sequence = outcome.sequence;
    if (outcome.deployment) this.deployment = outcome.deployment;
    for (const [device, context] of outcome.contexts) this.contexts.set(device, context);
    for (const [device, key] of outcome.keys) this.#put(device, key);
    for (const [device, ids] of outcome.recent)
      this.recent.set(device, ((this.recent.get(device) ?? "") + ids).slice(-ringSize * idLength));
  }

  /** Devices with a wake at or before `now`, in a fixed order. */
  due(now: number): string[] {
    const due: string[] = [];
    for (const [second, devices] of this.#wakes) if (second * wakeGrainMs <= now) due.push(...devices);
    return due.sort();
  }

  /** The earliest wake in ms, rounded up to its bucket; undefined when nothing waits. */
  nextWake(): number | undefined {
    let next: number | undefined;
    for (const second of this.#wakes.keys()) if (next === undefined || second < next) next = second;
    return next === undefined ? undefined : next * wakeGrainMs;
  }

  #put(device: string, key: KeyState) {
    this.keys.set(device, key);
    let wakeAt: number | undefined;
    for (const ref in key.n) {
      const w = key.n[ref]!.w;
      if (w !== undefined && (wakeAt === undefined || w < wakeAt)) wakeAt = w;
    }
    const second = wakeAt === undefined ? undefined : Math.ceil(wakeAt / wakeGrainMs);
    const before = this.#wakeOf.get(device);
    if (before === second) return;
    if (before !== undefined) {
      const bucket = this.#wakes.get(before);
      bucket?.delete(device);
      if (bucket?.size === 0) this.#wakes.delete(before);
    }
    if (second === undefined) {
      this.#wakeOf.delete(device);
      return;
    }
    this.#wakeOf.set(device, second);
    const bucket = this.#wakes.get(second);
    if (bucket) bucket.add(device);
    else this.#wakes.set(second, new Set([device]));
  }
}
