import type { Value } from "../model/value.ts";

export const functions = ["count", "sum", "avg", "min", "max", "first", "last"] as const;
export type FunctionName = (typeof functions)[number];

/** Numbers and values of an open window, side by side: what is kept is plain JSON. */
export type Slots = Value[];

/** One value of a window while it fills. `at` is the index of its first slot. */
export interface Accumulator {
  /** Slots before the first message. */
  empty: Slots;
  /** Takes a field's value, never undefined or null, of a message with event time `ts`. */
  add(slots: Slots, at: number, value: Value, ts: number): void;
  /** Undefined when nothing was taken that counts. */
  result(slots: Slots, at: number): Value | undefined;
}

const biggest = Number.MAX_VALUE;
/** A sum beyond all numbers stays at the largest one: JSON knows no infinity. */
const bounded = (sum: number) => Math.min(biggest, Math.max(-biggest, sum));
const numberAt = (slots: Slots, at: number) => slots[at] as number;

function keepNumber(isBetter: (value: number, kept: number) => boolean): Accumulator {
  return {
    empty: [null],
    add(slots, at, value) {
      if (typeof value !== "number") return;
      if (slots[at] === null || isBetter(value, numberAt(slots, at))) slots[at] = value;
    },
    result: (slots, at) => slots[at] ?? undefined,
  };
}

function keepByTime(isBetter: (ts: number, kept: number) => boolean): Accumulator {
  return {
    empty: [null, null],
    add(slots, at, value, ts) {
      if (slots[at] !== null && !isBetter(ts, numberAt(slots, at))) return;
      slots[at] = ts;
      slots[at + 1] = value;
    },
    result: (slots, at) => slots[at + 1] ?? undefined,
  };
}

export const accumulators: Record<FunctionName, Accumulator> = {
  count: {
    empty: [0],
    add(slots, at) {
      slots[at] = numberAt(slots, at) + 1;
    },
    result: (slots, at) => slots[at],
  },
  sum: {
    empty: [0],
    add(slots, at, value) {
      if (typeof value === "number") slots[at] = bounded(numberAt(slots, at) + value);
    },
    result: (slots, at) => slots[at],
  },
  avg: {
    empty: [0, 0],
    add(slots, at, value) {
      if (typeof value !== "number") return;
      slots[at] = bounded(numberAt(slots, at) + value);
      slots[at + 1] = numberAt(slots, at + 1) + 1;
    },
    result: (slots, at) => (slots[at + 1] === 0 ? undefined : numberAt(slots, at) / numberAt(slots, at + 1)),
  },
  min: keepNumber((value, kept) => value < kept),
  max: keepNumber((value, kept) => value > kept),
  // Of two at the same time, the first to arrive is first and the last to arrive is last.
  first: keepByTime((ts, kept) => ts < kept),
  last: keepByTime((ts, kept) => ts >= kept),
};
