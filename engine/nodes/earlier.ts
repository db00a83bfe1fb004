import type { Value } from "../model/value.ts";

/** Values of a field so far, the oldest first, as plain JSON. */
export type Past = readonly (readonly [ts: number, value: Value])[];

/** Of the time looked back over, one value is kept in each such part. */
const parts = 240;

/**
 * The value at the time `agoMs` before `ts`, which is the newest one not after it; undefined where there is none, or where that
 * one is more than twice as long ago: it would say nothing of that time.
 */
export function valueAgo(past: Past, ts: number, agoMs: number): Value | undefined {
  const found = past.findLast(([at]) => at <= ts - agoMs);
  return found && found[0] >= ts - 2 * agoMs ? found[1] : undefined;
}

/** With one more value; one that is not newer than the newest is passed over, as are those that come too close together. */
export function withNewest(past: Past, ts: number, value: Value, agoMs: number): Past {
  const newest = past.at(-1)?.[0];
  if (newest !== undefined && ts - newest < Math.max(1, agoMs / parts)) return past;
  const needed = past.findLastIndex(([at]) => at <= ts - agoMs);
  return [...past.slice(Math.max(0, needed)), [ts, value]];
}
