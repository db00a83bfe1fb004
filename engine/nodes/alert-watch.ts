import type { Values } from "../model/value.ts";
import type { Test } from "../rules/compile-condition.ts";
import type { Held } from "./held.ts";

/** One alarm as the node knows it, as plain JSON. Times are of events, in ms. Levels by index, the most severe first. */
export interface Watched {
  active?: true;
  /** Level of the active alarm. */
  v?: number;
  /** Newest message's time, and when it arrived. */
  t?: number;
  a?: number;
  /** Levels that count now. */
  on?: number[];
  /** Since when a level's condition has held, for those that do not count yet. */
  s?: Record<string, number>;
  /** When messages met a level's condition. */
  n?: Record<string, number[]>;
  /** Since when it has been over, while active. */
  c?: number;
  /** When it was raised lately. */
  r?: number[];
  /** Newest message, while a tick may bring a change. */
  h?: Held;
  /** When that tick is due. */
  w?: number;
}

export interface Watch {
  levels: readonly { holds: Test; stays: Test }[];
  /** Index of the level that alarms of older states have. */
  base: number;
  clears: Test | undefined;
  holdMs: number;
  repeat: { times: number; withinMs: number } | undefined;
  clearHoldMs: number;
  flapping: { times: number; withinMs: number } | undefined;
  /** Whether time plays a part; if not, messages count in the order they arrive. */
  isTimed: boolean;
}

export type Verdict =
  | { type: "raise" | "update"; level: number; isFlapping: boolean }
  | { type: "clear" }
  | undefined;

/** What a message makes of an alarm. `undefined` as `next` where the message is older than the newest and passed over. */
export function see(
  watch: Watch,
  before: Watched,
  { ts, arrivedAt, values }: { ts: number; arrivedAt: number; values: Values },
): { next: Watched; verdict: Verdict } | undefined {
  if (watch.isTimed && before.t !== undefined && ts < before.t) return undefined;
  const { repeat } = watch;
  const wasOn = before.on ?? [];
  const on: number[] = [];
  const since: Record<string, number> = {};
  const hits: Record<string, number[]> = {};
  for (let i = 0; i < watch.levels.length; i++) {
    const { holds, stays } = watch.levels[i]!;
    if (wasOn.includes(i) && stays(values)) {
      on.push(i);
      continue;
    }
    const isMet = !wasOn.includes(i) && holds(values);
    if (repeat) {
      const met = (before.n?.[i] ?? []).filter((at) => ts - at < repeat.withinMs);
      if (isMet) met.push(ts);
      if (met.length >= repeat.times) on.push(i);
      else if (met.length > 0) hits[i] = met;
    } else if (isMet) since[i] = before.s?.[i] ?? ts;
  }
  const isOver = before.active && (watch.clears ? watch.clears(values) : on.length === 0 && !isAny(since));
  const next: Watched = {
    ...before,
    t: ts,
    a: arrivedAt,
    on,
    s: since,
    n: hits,
    c: isOver ? (before.c ?? ts) : undefined,
  };
  return decide(watch, next, ts);
}

/** What time alone makes of an alarm, as long after the newest message as `now` is after its arrival. */
export function wait(watch: Watch, before: Watched, now: number) {
  return decide(watch, { ...before }, before.t! + Math.max(0, now - before.a!));
}

/** Applies what has lasted long enough at the event time `at`. Changes `next`. */
function decide(watch: Watch, next: Watched, at: number): { next: Watched; verdict: Verdict } {
  const on = [...(next.on ?? [])];
  const since: Record<string, number> = {};
  let dueAt = Number.POSITIVE_INFINITY;
  for (const [level, from] of Object.entries(next.s ?? {})) {
    if (at - from >= watch.holdMs) on.push(Number(level));
    else {
      since[level] = from;
      dueAt = Math.min(dueAt, from + watch.holdMs);
    }
  }
  next.on = on.sort((a, b) => a - b);
  next.s = since;
  const verdict = next.active ? whileActive(watch, next, at) : whileQuiet(watch, next, at);
  if (next.c !== undefined) dueAt = Math.min(dueAt, next.c + clearAfter(watch, next, next.c));
  next.w = dueAt === Number.POSITIVE_INFINITY ? undefined : next.a! + (dueAt - next.t!);
  return { next, verdict };
}

function whileQuiet({ flapping }: Watch, next: Watched, at: number): Verdict {
  const level = next.on![0];
  if (level === undefined) return undefined;
  next.active = true;
  next.v = level;
  next.c = undefined;
  if (!flapping) return { type: "raise", level, isFlapping: false };
  next.r = [...(next.r ?? []), at].slice(-flapping.times);
  return { type: "raise", level, isFlapping: isFlapping(flapping, next.r, at) };
}

function whileActive(watch: Watch, next: Watched, at: number): Verdict {
  if (next.c !== undefined && at - next.c >= clearAfter(watch, next, next.c)) {
    const { t, a, r } = next;
    for (const key of Object.keys(next)) delete next[key as keyof Watched];
    Object.assign(next, { t, a, r });
    return { type: "clear" };
  }
  const level = next.c === undefined ? next.on![0] : undefined;
  if (level === undefined || level === (next.v ?? watch.base)) return undefined;
  next.v = level;
  return { type: "update", level, isFlapping: false };
}

/** How long it must be over; `at`: since when it is. */
function clearAfter({ clearHoldMs, flapping }: Watch, { r = [] }: Watched, at: number): number {
  return flapping && isFlapping(flapping, r, at) ? Math.max(clearHoldMs, flapping.withinMs) : clearHoldMs;
}

function isFlapping(
  flapping: NonNullable<Watch["flapping"]>,
  raised: readonly number[],
  at: number,
): boolean {
  return raised.length >= flapping.times && at - raised[raised.length - flapping.times]! < flapping.withinMs;
}

const isAny = (record: object) => Object.keys(record).length > 0;

/** Leaves out what says nothing; undefined when nothing is left to remember. */
export function trim({ isTimed }: Watch, watched: Watched): Watched | undefined {
  const { active, v, t, a, on, s, n, c, r, h, w } = watched;
  if (!isTimed) return active && (on?.length ? { active, v, on } : { active, v });
  return {
    ...(active && { active, v }),
    t,
    a,
    ...(on?.length && { on }),
    ...(s && isAny(s) && { s }),
    ...(n && isAny(n) && { n }),
    ...(c !== undefined && { c }),
    ...(r?.length && { r }),
    ...(w !== undefined && { h, w }),
  };
}
