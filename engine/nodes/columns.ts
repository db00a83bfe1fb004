import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import { type Asked, accumulators, type FunctionName, type Slots } from "./accumulate.ts";
import { openSampling, type Sampling } from "./sampled.ts";
import { type RateUnit, rateUnits } from "./trend.ts";

/** A value asked of every window. */
export interface Wanted {
  of?: string;
  fn: FunctionName;
  as: string;
  p?: number;
  per?: RateUnit;
}

/** The values of a window, laid out in its slots. */
export interface Columns {
  /** For the fingerprint of the settings. */
  values: readonly unknown[];
  /** Slots of the values before the first message; the last ones are for messages that are remembered. */
  empty: Slots;
  add(slots: Slots, values: Values, ts: number): void;
  sampling: Sampling;
  merge(slots: Slots, other: Slots): void;
  /** Writes the results. `lengthMs` is the window's. */
  write(into: Values, slots: Slots, lengthMs: number): void;
}

/** Lays out the slots behind `head` slots that the window itself needs. */
export function openColumns(wanted: readonly Wanted[], head: number): Columns {
  const empty: Slots = [];
  const columns = wanted.map(({ of, fn, as, p, per }) => {
    const accumulator = accumulators[fn];
    const at = head + empty.length;
    empty.push(...accumulator.empty);
    const asked: Asked = { p, perMs: rateUnits[per ?? "s"] };
    return { of, fn, as, at, accumulator, asked };
  });
  const fields = [...new Set(wanted.flatMap(({ of }) => of ?? []))];
  const sampling = openSampling(head + empty.length, fields);
  empty.push(...sampling.empty);
  return {
    // Only what changes the slots: another percentile of the same sketch may go on with it.
    values: columns.map(({ of, fn, as, at }) => ({ of, fn, as, at })),
    empty,
    add(slots, values, ts) {
      for (let i = 0; i < columns.length; i++) {
        const { of, at, accumulator } = columns[i]!;
        const value = of === undefined ? 1 : values[of];
        if (value === undefined || value === null) continue;
        // JSON knows no infinity, so a window could not be stored with it.
        if (typeof value === "number" && !Number.isFinite(value)) continue;
        accumulator.add(slots, at, value, ts);
      }
    },
    sampling,
    merge(slots, other) {
      for (const { at, accumulator } of columns) accumulator.merge(slots, at, other);
      sampling.merge(slots, other);
    },
    write(into, slots, lengthMs) {
      for (const { as, at, accumulator, asked } of columns) {
        const result = accumulator.result(slots, at, asked, lengthMs);
        if (result !== undefined) into[as] = result;
      }
    },
  };
}

/** How long after a window's end a silent device is waited for, in ms. */
export const silenceMs = 5000;

/** What a closed, or still open, window says. */
export interface Result {
  /** Event time of the message, in ms. */
  end: number;
  values: Values;
  /** What it was made of. */
  slots: Slots;
}

/** Adds what every result carries. */
export function resultOf(values: Values, slots: Slots, start: number, end: number, count: number): Result {
  values.windowStart = start;
  values.windowEnd = end;
  values.windowCount = count;
  return { end, values, slots };
}

export function resultMessage(
  from: Omit<Message, "ts" | "values">,
  { end, values }: Pick<Result, "end" | "values">,
): Message {
  const { id, device, arrivedAt } = from;
  return { id, device, type: "telemetry", ts: end, arrivedAt, values };
}

/** The message a tick's results are made from. */
export const ticked = (now: number, device: Message["device"]) =>
  ({ id: `tick:${now}`, device, type: "telemetry", arrivedAt: now }) as const;
