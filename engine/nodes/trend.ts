import type { Message } from "../model/message.ts";
import type { Value, Values } from "../model/value.ts";
import { type Past, valueAgo, withNewest } from "./earlier.ts";
import { bounded, isNumber, storable } from "./number.ts";

export const rateUnits = { s: 1000, min: 60_000, h: 3_600_000 } as const;
export type RateUnit = keyof typeof rateUnits;

export interface Trends {
  previous: readonly { of: string; as: string }[];
  /** The value so long ago. */
  earlier: readonly { of: string; as: string; agoMs: number }[];
  delta: readonly { of: string; as: string; counter: boolean }[];
  rate: readonly { of: string; as: string; per: RateUnit; counter: boolean }[];
  sum: readonly { of: string; as: string }[];
}

/** What is kept of the newest message that carried a field, and of all: plain JSON. */
export interface Trail {
  /** Event time and value of the newest reading, by field. */
  l: Record<string, readonly [ts: number, value: Value]>;
  /** Running sums, by the field written. */
  s: Record<string, number>;
  /** Values so far, by the field written. */
  e?: Record<string, Past>;
}

const start: Trail = { l: {}, s: {} };

/**
 * Writes previous values, changes, rates and sums into `values`, and gives back what to remember. Throws an Error with a
 * sentence when a field holds no number.
 */
export function follow(trends: Trends, before: Trail | undefined, { ts }: Message, values: Values): Trail {
  const { l: last, s: sums } = before ?? start;
  const next: Trail = { l: Object.assign({}, last), s: Object.assign({}, sums) };
  const read: Values = Object.assign({}, values);

  for (const { of, as } of trends.previous) {
    const value = read[of];
    if (last[of] && last[of][0] < ts) values[as] = last[of][1];
    const kept = value === undefined ? null : storable(value);
    if (kept !== null) remember(next, last, of, ts, kept);
  }
  if (trends.earlier.length > 0) next.e = Object.assign({}, before?.e);
  for (const { of, as, agoMs } of trends.earlier) {
    const past = next.e![as] ?? [];
    const value = valueAgo(past, ts, agoMs);
    if (value !== undefined && past.at(-1)![0] < ts) values[as] = value;
    const kept = read[of] === undefined ? null : storable(read[of]);
    if (kept !== null) next.e![as] = withNewest(past, ts, kept, agoMs);
  }
  for (const { of, as, counter } of trends.delta) {
    const now = numberOf(read, of);
    const change = changeOf(last[of], ts, now, counter);
    if (change !== undefined) values[as] = bounded(change);
    remember(next, last, of, ts, now);
  }
  for (const { of, as, per, counter } of trends.rate) {
    const now = numberOf(read, of);
    const change = changeOf(last[of], ts, now, counter);
    if (change !== undefined) values[as] = bounded((change * rateUnits[per]) / (ts - last[of]![0]));
    remember(next, last, of, ts, now);
  }
  for (const { of, as } of trends.sum) {
    const sum = bounded((sums[as] ?? 0) + numberOf(read, of));
    next.s[as] = sum;
    values[as] = sum;
  }
  return next;
}

/** Undefined for the first reading, and for one that is no newer than the newest. */
function changeOf(last: Trail["l"][string] | undefined, ts: number, now: number, isCounter: boolean) {
  if (!last || last[0] >= ts || !isNumber(last[1])) return undefined;
  return isCounter && now < last[1] ? now : now - last[1];
}

function remember(next: Trail, last: Trail["l"], of: string, ts: number, value: Value) {
  if (!last[of] || last[of][0] < ts) next.l[of] = [ts, value];
}

function numberOf(values: Values, of: string): number {
  const value = values[of];
  if (isNumber(value)) return value;
  const found = value === undefined ? "is missing" : `holds ${JSON.stringify(value).slice(0, 40)}`;
  throw new Error(`The field "${of}" ${found}; a number is needed.`);
}
