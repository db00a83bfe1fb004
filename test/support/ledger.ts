import type { Flow } from "../../engine/model/flow.ts";

export const dayMs = 86_400_000;
/** Event time of a device's first reading. */
export const startTs = 1_700_000_000_000 - (1_700_000_000_000 % dayMs);

/** One reading of the input log. Each device counts `n` up from 1; `mark` is 1 where an alarm and a command are due. */
export interface Reading {
  ts: number;
  n: number;
  mark: 0 | 1;
}

/** Device readings, numbered; every `markEvery`th one is marked. */
export function readingAt(n: number, markEvery: number): Reading {
  return { ts: startTs + n, n, mark: n % markEvery === 0 ? 1 : 0 };
}

/** A reading of the next day, which closes the window. */
export function closingReading(n: number): Reading {
  return { ts: startTs + dayMs, n, mark: 0 };
}

/** What must have come of a device's readings, by folding them. */
export function fold(log: readonly Reading[]) {
  const day = { messages: 0, total: 0, last: 0 };
  const marks: number[] = [];
  for (const { ts, n, mark } of log) {
    if (mark === 1) marks.push(n);
    if (ts >= startTs + dayMs) continue;
    day.messages++;
    day.total += n;
    day.last = n;
  }
  return { numbers: log.map(({ n }) => n), day, marks };
}

/**
 * Tells of each loss, repetition and change of order: every reading is saved with the one that was evaluated before it;
 * count and sum of a day are state that lives through everything; each mark is one alarm and one command.
 */
export const ledger: Flow = {
  id: "ledger",
  name: "Ledger",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "step", kind: "enrich", config: { previous: [{ of: "n", as: "before" }] } },
    { id: "raw", kind: "save", config: { measurement: "raw", fields: ["n", "before"] } },
    {
      id: "day",
      kind: "aggregate",
      config: {
        window: { type: "tumbling", size: "1d" },
        by: "device",
        values: [
          { fn: "count", as: "messages" },
          { of: "n", fn: "sum", as: "total" },
          { of: "n", fn: "last", as: "last" },
        ],
      },
    },
    { id: "kept", kind: "save", config: { measurement: "day", fields: ["messages", "total", "last"] } },
    {
      id: "marked",
      kind: "alert",
      config: {
        type: "Marked",
        severity: "minor",
        raise: { all: [{ fact: "mark", operator: "equal", value: 1 }] },
        clear: { all: [{ fact: "mark", operator: "equal", value: 0 }] },
      },
    },
    { id: "tell", kind: "command", config: { method: "marked", params: { n: "=n" } } },
  ],
  edges: [
    { from: "in", output: "out", to: "step" },
    { from: "step", output: "out", to: "raw" },
    { from: "step", output: "out", to: "day" },
    { from: "day", output: "window", to: "kept" },
    { from: "step", output: "out", to: "marked" },
    { from: "marked", output: "raised", to: "tell" },
  ],
  layout: {},
};
