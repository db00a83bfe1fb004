import fc from "fast-check";
import { expect, test } from "vitest";
import type { Values } from "../../engine/model/value.ts";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

const aggregate = kindByName("aggregate")!;
const sizeMs = 10_000;
const config = (latenessS: number) => ({
  window: { type: "tumbling", size: "10s" },
  values: [
    { fn: "count", as: "n" },
    { of: "v", fn: "count", as: "present" },
    ...["sum", "avg", "min", "max", "first", "last"].map((fn) => ({ of: "v", fn, as: fn })),
  ],
  lateness: `${latenessS}s`,
});

interface Reading {
  ts: number;
  values: Values;
}
const field = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -50, max: 50 }) },
  fc.constantFrom<(string | boolean | null)[]>("text", "", true, null),
);
const values = fc.oneof(
  { weight: 8, arbitrary: field.map((v) => ({ v }) as Values) },
  fc.constant({} as Values),
);
const readings = fc.array(fc.record({ ts: fc.integer({ min: 0, max: 120_000 }), values }), { maxLength: 40 });

/** What a window of these readings, in order of arrival, must say. */
function naive(start: number, window: readonly Reading[]): Values {
  const present = window.filter(({ values }) => values.v !== undefined && values.v !== null);
  const numbers = present.map(({ values }) => values.v).filter((v) => typeof v === "number");
  const byTime = present.map((it, i) => ({ ...it, i })).sort((a, b) => a.ts - b.ts || a.i - b.i);
  const sum = numbers.reduce((a, b) => a + b, 0);
  return {
    n: window.length,
    present: present.length,
    sum,
    ...(numbers.length > 0 && {
      avg: sum / numbers.length,
      min: Math.min(...numbers),
      max: Math.max(...numbers),
    }),
    ...(byTime.length > 0 && { first: byTime[0]!.values.v!, last: byTime.at(-1)!.values.v! }),
    windowStart: start,
    windowEnd: start + sizeMs,
    windowCount: window.length,
  };
}

/** Splits readings into windows, in the order they must close, and late ones, by the definition of a watermark. */
function reference(given: readonly Reading[], latenessMs: number) {
  const windows = new Map<number, Reading[]>();
  const late: Reading[] = [];
  let watermark = Number.NEGATIVE_INFINITY;
  for (const reading of given) {
    const start = Math.floor(reading.ts / sizeMs) * sizeMs;
    if (start + sizeMs <= watermark) late.push(reading);
    else windows.set(start, [...(windows.get(start) ?? []), reading]);
    watermark = Math.max(watermark, reading.ts - latenessMs);
  }
  const closed = [...windows].sort(([a], [b]) => a - b).map(([start, window]) => naive(start, window));
  return { closed, late: late.map((it) => it.values) };
}

function play(given: readonly Reading[], latenessS: number) {
  const host = new Host(aggregate, config(latenessS));
  for (const { ts, values } of given) host.message({ at: 0, ts, values });
  host.tick(1_000_000);
  const of = (name: string) => host.out.filter(([output]) => output === name).map(([, message]) => message);
  return { host, closed: of("window"), late: of("late") };
}

test("in order, windows hold what a naive count says and nothing is late", () => {
  fc.assert(
    fc.property(readings, (unordered) => {
      const given = [...unordered].sort((a, b) => a.ts - b.ts);
      const { closed, late } = play(given, 0);
      expect(closed.map((message) => message.values)).toEqual(reference(given, 0).closed);
      expect(closed.map((message) => message.ts)).toEqual(closed.map((message) => message.values.windowEnd));
      expect(late).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test("out of order, each message is in its window or late, as the watermark says", () => {
  fc.assert(
    fc.property(readings, fc.constantFrom(0, 5, 30, 100), (given, latenessS) => {
      const { closed, late, host } = play(given, latenessS);
      const expected = reference(given, latenessS * 1000);
      expect(closed.map((message) => message.values)).toEqual(expected.closed);
      expect(late.map((message) => message.values)).toEqual(expected.late);
      expect(host.wakeAt()).toBeNull();
    }),
    { numRuns: 1000 },
  );
});

test("ticks at any time change when windows close, and lose no message", () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ gap: fc.nat(8000), back: fc.nat(15_000), values }),
      fc.record({ gap: fc.nat(30_000), tick: fc.constant(true) }),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, (steps) => {
      const host = new Host(aggregate, config(5));
      let now = 100_000;
      let sent = 0;
      for (const step of steps) {
        now += step.gap;
        if ("tick" in step) host.tick(now);
        else host.message({ at: now, ts: now - step.back, values: step.values });
        if (!("tick" in step)) sent++;
      }
      host.tick(now + 1_000_000);
      const ends = host.out.filter(([output]) => output === "window").map(([, message]) => message.ts);
      expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
      let accounted = 0;
      for (const [output, { values }] of host.out)
        accounted += output === "late" ? 1 : (values.windowCount as number);
      expect(accounted).toBe(sent);
    }),
    { numRuns: 1000 },
  );
});

test("the wake is five seconds and the lateness after the end, by the clock of the device", () => {
  const host = new Host(aggregate, config(3));
  host.message({ at: 2000, values: { v: 1 } });
  expect(host.wakeAt()).toBe(10_000 + 3000 + 5000);
  host.message({ at: 14_000, ts: 3000, values: { v: 1 } });
  // This one came 11 s after its own time, so the window's end comes as late.
  expect(host.wakeAt()).toBe(10_000 + 11_000 + 3000 + 5000);
});

test("after a tick has closed a window, its messages are late", () => {
  const host = new Host(aggregate, config(0));
  host.message({ at: 1000, values: { v: 1 } });
  host.tick(15_000);
  host.message({ at: 16_000, ts: 9000, values: { v: 2 } });
  host.message({ at: 16_000, ts: 11_000, values: { v: 3 } });
  expect(host.out.map(([output]) => output)).toEqual(["window", "late"]);
});

test("a seventeenth open window closes the oldest, whose messages are late from then on", () => {
  const host = new Host(aggregate, config(86_400));
  for (let i = 0; i < 17; i++) host.message({ at: 0, ts: 1_000_000 + i * sizeMs, values: { v: i } });
  expect(host.out.map(([output, message]) => [output, message.values.windowStart])).toEqual([
    ["window", 1_000_000],
  ]);
  expect((host.state() as { o: unknown[] }).o).toHaveLength(16);
  host.message({ at: 0, ts: 1_000_000, values: { v: 99 } });
  expect(host.out.at(-1)![0]).toBe("late");
});

test("a sum beyond all numbers stays one that JSON knows", () => {
  const host = new Host(aggregate, config(0));
  for (let i = 0; i < 3; i++) host.message({ at: 0, values: { v: 1e308 } });
  host.tick(60_000);
  expect(host.out[0]![1].values.sum).toBe(Number.MAX_VALUE);
});

test("state filled under other settings is forgotten", () => {
  const host = new Host(aggregate, config(0));
  host.message({ at: 1000, values: { v: 1 } });
  const other = aggregate.create(
    aggregate.config.parse({ window: { size: "1m" }, values: [{ fn: "count", as: "n" }] }),
  );
  expect(
    other.tick!(99_000, { id: "d", name: "d", profile: "p", attributes: {}, revision: 1 }, host.state()),
  ).toEqual({});
});
