import type { Value } from "../model/value.ts";
import { fingerprint, hash } from "./fingerprint.ts";
import { bounded, storable } from "./number.ts";
import { merged, quantile, type Side, withSize } from "./sketch.ts";

export const functions = [
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "first",
  "last",
  "stddev",
  "percentile",
  "distinct",
  "rate",
] as const;
export type FunctionName = (typeof functions)[number];

/** Numbers and values of an open window, side by side: what is kept is plain JSON. */
export type Slots = Value[];

/** What a result may depend on beside what was taken. */
export interface Asked {
  /** Percentile wanted, 0 to 100. */
  p?: number;
  /** Unit of time of a rate, in ms. */
  perMs?: number;
}

/** One value of a window while it fills. `at` is the index of its first slot. */
export interface Accumulator {
  /** Slots before the first message. */
  empty: Slots;
  /** Takes a field's value, never undefined, null or infinite, of a message with event time `ts`. */
  add(slots: Slots, at: number, value: Value, ts: number): void;
  /** Takes all that other slots took, at the same index. */
  merge(slots: Slots, at: number, other: Slots): void;
  /** Undefined when nothing was taken that counts. `lengthMs` is the window's. */
  result(slots: Slots, at: number, asked: Asked, lengthMs: number): Value | undefined;
}

export const maxDistinct = 256;
const numberAt = (slots: Slots, at: number) => slots[at] as number;

function keepNumber(isBetter: (value: number, kept: number) => boolean): Accumulator {
  const add = (slots: Slots, at: number, value: Value) => {
    if (typeof value !== "number") return;
    if (slots[at] === null || isBetter(value, numberAt(slots, at))) slots[at] = value;
  };
  return {
    empty: [null],
    add,
    merge: (slots, at, other) => add(slots, at, other[at]!),
    result: (slots, at) => slots[at] ?? undefined,
  };
}

function keepByTime(isBetter: (ts: number, kept: number) => boolean): Accumulator {
  const add = (slots: Slots, at: number, value: Value, ts: number) => {
    if (slots[at] !== null && !isBetter(ts, numberAt(slots, at))) return;
    slots[at] = ts;
    slots[at + 1] = storable(value);
  };
  return {
    empty: [null, null],
    add,
    merge(slots, at, other) {
      if (other[at] !== null) add(slots, at, other[at + 1]!, numberAt(other, at));
    },
    result: (slots, at) => slots[at + 1] ?? undefined,
  };
}

function addUp(slots: Slots, at: number, amount: number) {
  slots[at] = bounded(numberAt(slots, at) + amount);
}

export const accumulators: Record<FunctionName, Accumulator> = {
  count: {
    empty: [0],
    add(slots, at) {
      slots[at] = numberAt(slots, at) + 1;
    },
    merge: (slots, at, other) => addUp(slots, at, numberAt(other, at)),
    result: (slots, at) => slots[at],
  },
  sum: {
    empty: [0],
    add(slots, at, value) {
      if (typeof value === "number") addUp(slots, at, value);
    },
    merge: (slots, at, other) => addUp(slots, at, numberAt(other, at)),
    result: (slots, at) => slots[at],
  },
  avg: {
    empty: [0, 0],
    add(slots, at, value) {
      if (typeof value !== "number") return;
      addUp(slots, at, value);
      slots[at + 1] = numberAt(slots, at + 1) + 1;
    },
    merge(slots, at, other) {
      addUp(slots, at, numberAt(other, at));
      addUp(slots, at + 1, numberAt(other, at + 1));
    },
    result: (slots, at) => (slots[at + 1] === 0 ? undefined : numberAt(slots, at) / numberAt(slots, at + 1)),
  },
  min: keepNumber((value, kept) => value < kept),
  max: keepNumber((value, kept) => value > kept),
  // Of two at the same time, the first to arrive is first and the last to arrive is last.
  first: keepByTime((ts, kept) => ts < kept),
  last: keepByTime((ts, kept) => ts >= kept),
  // Count, mean and sum of squared distances, after Welford; joined after Chan, Golub and LeVeque.
  stddev: {
    empty: [0, 0, 0],
    add(slots, at, value) {
      if (typeof value === "number") joinMoments(slots, at, 1, value, 0);
    },
    merge: (slots, at, other) =>
      joinMoments(slots, at, numberAt(other, at), numberAt(other, at + 1), numberAt(other, at + 2)),
    result(slots, at) {
      const count = numberAt(slots, at);
      return count < 2 ? undefined : Math.sqrt(numberAt(slots, at + 2) / (count - 1));
    },
  },
  percentile: {
    empty: [[], 0, []],
    add(slots, at, value) {
      if (typeof value !== "number") return;
      if (value === 0) slots[at + 1] = numberAt(slots, at + 1) + 1;
      else {
        const side = value < 0 ? at : at + 2;
        slots[side] = withSize(slots[side] as Side, Math.abs(value)) as number[];
      }
    },
    merge(slots, at, other) {
      slots[at] = merged(slots[at] as Side, other[at] as Side) as number[];
      slots[at + 1] = numberAt(slots, at + 1) + numberAt(other, at + 1);
      slots[at + 2] = merged(slots[at + 2] as Side, other[at + 2] as Side) as number[];
    },
    result: (slots, at, { p = 50 }) =>
      quantile(p / 100, slots[at] as Side, numberAt(slots, at + 1), slots[at + 2] as Side),
  },
  distinct: {
    empty: [[]],
    add(slots, at, value) {
      const text = fingerprint(value);
      // 52 bits, since JSON has no larger whole numbers.
      slots[at] = withMark(slots[at] as number[], hash(text) * 0x100000 + (hash(text, 0x9747b28c) >>> 12));
    },
    merge(slots, at, other) {
      for (const mark of other[at] as number[]) slots[at] = withMark(slots[at] as number[], mark);
    },
    result: (slots, at) => (slots[at] as number[]).length,
  },
  rate: {
    empty: [0],
    add(slots, at, value) {
      if (typeof value === "number") addUp(slots, at, value);
    },
    merge: (slots, at, other) => addUp(slots, at, numberAt(other, at)),
    result: (slots, at, { perMs = 1000 }, lengthMs) =>
      lengthMs > 0 ? bounded((numberAt(slots, at) / lengthMs) * perMs) : undefined,
  },
};

function withMark(marks: number[], mark: number): number[] {
  return marks.length >= maxDistinct || marks.includes(mark) ? marks : [...marks, mark];
}

function joinMoments(slots: Slots, at: number, count: number, mean: number, squares: number) {
  if (count === 0) return;
  const before = numberAt(slots, at);
  const total = before + count;
  const distance = bounded(mean - numberAt(slots, at + 1));
  slots[at] = total;
  slots[at + 1] = bounded(numberAt(slots, at + 1) + (distance * count) / total);
  slots[at + 2] = bounded(
    numberAt(slots, at + 2) + squares + ((distance * before) / total) * count * distance,
  );
}
