import fc from "fast-check";
import { expect, test } from "vitest";
import type { Values } from "../../engine/model/value.ts";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { openWindows } from "../../engine/nodes/windows.ts";
import { openZone } from "../../engine/nodes/zone.ts";
import { Host } from "./host.ts";

const aggregate = kindByName("aggregate")!;
const runs = { numRuns: 1000 };

interface Reading {
  ts: number;
  v: number | string | null;
}
const readings: fc.Arbitrary<Reading[]> = fc.array(
  fc.record({
    ts: fc.integer({ min: 0, max: 120 }),
    v: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -20, max: 20 }) },
      fc.constantFrom("on", null, Infinity),
    ),
  }),
  { maxLength: 40 },
);
const asked = [
  ...["count", "sum", "avg", "min", "max", "first", "last", "stddev", "distinct"].map((fn) => ({
    of: "v",
    fn,
    as: fn,
  })),
  { of: "v", fn: "rate", per: "min", as: "rate" },
  { of: "v", fn: "percentile", percentile: 75, as: "p75" },
];

function play(window: object, given: readonly Reading[], lateness = 0) {
  const host = new Host(aggregate, {
    window,
    values: asked,
    ...(lateness > 0 && { lateness: `${lateness}s` }),
  });
  for (const { ts, v } of given) host.message({ at: 0, ts: ts * 1000, values: { v } });
  host.tick(10_000_000);
  const of = (name: string) => host.out.filter(([output]) => output === name).map(([, { values }]) => values);
  return { closed: of("window"), late: of("late"), host };
}

/** What a window must say, from the readings in it in order of arrival. Times in s. */
function naive(readings: readonly Reading[], start: number, end: number, length = end - start): Values {
  const present = readings.filter(({ v }) => v !== null && v !== Infinity);
  const numbers = present.map(({ v }) => v).filter((v) => typeof v === "number");
  const byTime = present.map((it, i) => ({ ...it, i })).sort((a, b) => a.ts - b.ts || a.i - b.i);
  const sum = numbers.reduce((a, b) => a + b, 0);
  const mean = sum / numbers.length;
  const squares = numbers.reduce((a, b) => a + (b - mean) ** 2, 0);
  const ranked = numbers.toSorted((a, b) => a - b);
  return {
    count: present.length,
    sum,
    distinct: new Set(present.map(({ v }) => v)).size,
    ...(length > 0 && { rate: (sum / length) * 60 }),
    ...(numbers.length > 0 && {
      avg: mean,
      min: ranked[0]!,
      max: ranked.at(-1)!,
      p75: ranked[Math.floor(0.75 * (ranked.length - 1))]!,
    }),
    ...(numbers.length > 1 && { stddev: Math.sqrt(squares / (numbers.length - 1)) }),
    ...(byTime.length > 0 && { first: byTime[0]!.v!, last: byTime.at(-1)!.v! }),
    windowStart: start * 1000,
    windowEnd: end * 1000,
    windowCount: readings.length,
  };
}

/** Percentiles within 1 %, everything else but for rounding. */
function expectSame(found: readonly Values[], expected: readonly Values[]) {
  expect(found.length).toBe(expected.length);
  for (const [i, want] of expected.entries()) {
    const got = found[i]!;
    expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
    for (const [name, value] of Object.entries(want)) {
      if (typeof value !== "number") expect(got[name]).toBe(value);
      else {
        const error = Math.abs((got[name] as number) - value);
        expect(error, name).toBeLessThanOrEqual(
          name === "p75" ? Math.abs(value) * 0.0101 : 1e-9 * (1 + Math.abs(value)),
        );
      }
    }
  }
}

test("hopping windows hold what each message's time says, unless they were closed", () => {
  fc.assert(
    fc.property(
      readings,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(0, 7, 40),
      (given, hops, extra, lateness) => {
        const every = 10;
        const size = hops * every + extra;
        const open = new Map<number, Reading[]>();
        const late: Values[] = [];
        let watermark = Number.NEGATIVE_INFINITY;
        for (const reading of given) {
          let isTaken = false;
          for (
            let start = Math.floor(reading.ts / every) * every;
            start + size > reading.ts;
            start -= every
          ) {
            if (start + size <= watermark) continue;
            isTaken = true;
            open.set(start, [...(open.get(start) ?? []), reading]);
          }
          if (!isTaken) late.push({ v: reading.v });
          watermark = Math.max(watermark, reading.ts - lateness);
        }
        const expected = [...open]
          .sort(([a], [b]) => a - b)
          .map(([start, them]) => naive(them, start, start + size));
        const played = play({ type: "hopping", size: `${size}s`, every: "10s" }, given, lateness);
        expectSame(played.closed, expected);
        expect(played.late).toEqual(late);
        expect(played.host.wakeAt()).toBeNull();
      },
    ),
    runs,
  );
});

test("sessions are the runs of messages less than a gap apart, joined by what comes late enough", () => {
  fc.assert(
    fc.property(
      readings,
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(0, 7, 40),
      (given, gap, lateness) => {
        let sessions: Reading[][] = [];
        const closed: Reading[][] = [];
        const late: Values[] = [];
        const last = (them: Reading[]) => Math.max(...them.map(({ ts }) => ts));
        const first = (them: Reading[]) => Math.min(...them.map(({ ts }) => ts));
        let watermark = Number.NEGATIVE_INFINITY;
        for (const reading of given) {
          const near = sessions.filter((them) => them.some(({ ts }) => Math.abs(ts - reading.ts) < gap));
          if (near.length === 0 && reading.ts + gap <= watermark) {
            late.push({ v: reading.v });
            continue;
          }
          // Arrival order does not survive the joining of sessions, but it only tells readings of one time apart.
          const joined = [...near.flat(), reading];
          sessions = [...sessions.filter((them) => !near.includes(them)), joined];
          watermark = Math.max(watermark, reading.ts - lateness);
          const over = sessions
            .filter((them) => last(them) + gap <= watermark)
            .sort((a, b) => first(a) - first(b));
          closed.push(...over);
          sessions = sessions.filter((them) => !over.includes(them));
        }
        closed.push(...sessions.sort((a, b) => first(a) - first(b)));
        const expected = closed.map((them) => naive(them, first(them), last(them)));
        const played = play({ type: "session", gap: `${gap}s` }, given, lateness);
        expectSame(played.closed, expected);
        expect(played.late).toEqual(late);
        expect(played.host.wakeAt()).toBeNull();
      },
    ),
    runs,
  );
});

test("a sliding window says with every message what the time before the newest one held", () => {
  fc.assert(
    fc.property(readings, fc.integer({ min: 1, max: 30 }), (given, size) => {
      const expected: Values[] = [];
      const late: Values[] = [];
      const seen: Reading[] = [];
      for (const reading of given) {
        const newest = Math.max(reading.ts, ...seen.map(({ ts }) => ts));
        if (reading.ts <= newest - size) {
          late.push({ v: reading.v });
          continue;
        }
        seen.push(reading);
        const inside = seen.filter(({ ts }) => ts > newest - size);
        expected.push(naive(inside, newest - size, newest));
      }
      const played = play({ type: "sliding", size: `${size}s` }, given);
      expectSame(played.closed, expected);
      expect(played.late).toEqual(late);
    }),
    runs,
  );
});

test("a count window is so many messages in the order they arrive", () => {
  fc.assert(
    fc.property(readings, fc.integer({ min: 2, max: 7 }), (given, count) => {
      const expected: Values[] = [];
      for (let i = 0; i + count <= given.length; i += count) {
        const them = given.slice(i, i + count);
        const times = them.map(({ ts }) => ts);
        expected.push(naive(them, Math.min(...times), Math.max(...times)));
      }
      expectSame(play({ type: "count", count }, given).closed, expected);
    }),
    runs,
  );
});

test("with empty windows asked for, windows follow each other without a hole", () => {
  const steps = fc.array(fc.record({ gap: fc.integer({ min: -8, max: 60 }), tick: fc.boolean() }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(steps, (steps) => {
      const host = new Host(aggregate, {
        window: { size: "10s", empty: true },
        values: [{ fn: "count", as: "n" }],
        lateness: "5s",
      });
      let now = 100;
      let sent = 0;
      for (const { gap, tick } of steps) {
        now = Math.max(now + gap, 0);
        if (tick) host.tick(now * 1000);
        else {
          host.message({ at: now * 1000, values: {} });
          sent++;
        }
      }
      for (let s = now; s < now + 300; s++) host.tick(s * 1000);
      const windows = host.out.filter(([output]) => output === "window").map(([, { values }]) => values);
      for (const [i, { windowStart }] of windows.entries())
        if (i > 0) expect(windowStart).toBe(windows[i - 1]!.windowEnd);
      const late = host.out.length - windows.length;
      expect(windows.reduce((sum, { n }) => sum + (n as number), late)).toBe(sent);
      if (sent > 0) expect(windows.at(-1)).toMatchObject({ n: 0 });
    }),
    runs,
  );
});

test("a silent device has at most a hundred empty windows in a row, and then none is waited for", () => {
  const host = new Host(aggregate, {
    window: { size: "10s", empty: true },
    values: [{ fn: "count", as: "n" }],
  });
  host.message({ at: 0, values: {} });
  for (let s = 0; s < 3000; s++) host.tick(s * 1000);
  expect(host.out).toHaveLength(101);
  expect(host.wakeAt()).toBeNull();
  host.message({ at: 9_000_000_000, values: {} });
  host.message({ at: 9_900_000_000, values: {} });
  expect(host.out.length).toBeLessThanOrEqual(202);
});

test("days in a time zone hold the moments of one date, whatever the clocks do", () => {
  const zones = [
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "America/Havana",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 1_000_000_000, max: 1_900_000_000 }),
      (zoneName, second) => {
        const shape = openWindows({
          sizeMs: 86_400_000,
          latenessMs: 0,
          values: [],
          zone: openZone(zoneName),
          zoneName,
        });
        const date = (ts: number) =>
          new Intl.DateTimeFormat("en-CA", { timeZone: zoneName, dateStyle: "short" }).format(ts);
        const start = shape.startOf(second * 1000);
        const end = shape.endOf(start);
        expect(start <= second * 1000 && second * 1000 < end).toBe(true);
        expect(date(start)).toBe(date(second * 1000));
        expect(date(end - 1)).toBe(date(start));
        expect(date(start - 1) < date(start)).toBe(true);
        expect(date(end) > date(start)).toBe(true);
        expect(shape.startOf(end)).toBe(end);
      },
    ),
    { numRuns: 1000 },
  );
});

test("hours in a time zone follow each other without a hole, an hour shown twice being one", () => {
  const shape = openWindows({
    sizeMs: 3_600_000,
    latenessMs: 0,
    values: [],
    zone: openZone("Europe/Berlin"),
    zoneName: "b",
  });
  const lengths: number[] = [];
  for (let at = Date.UTC(2026, 2, 28); at < Date.UTC(2026, 10, 1); at = shape.endOf(at)) {
    expect(shape.startOf(at)).toBe(at);
    expect(shape.startOf(shape.endOf(at) - 1)).toBe(at);
    lengths.push((shape.endOf(at) - at) / 3_600_000);
  }
  expect(lengths.filter((hours) => hours !== 1)).toEqual([2]);
});

test("early results come no more often than asked, are flagged, and change no window", () => {
  const window = { size: "1m", early: "20s" };
  const host = new Host(aggregate, { window, values: [{ fn: "count", as: "n" }] });
  for (let s = 0; s <= 60; s += 5) host.message({ at: s * 1000, values: {} });
  const told = host.out.map(([, { ts, values }]) => [ts / 1000, values.n, values.windowEarly ?? false]);
  expect(told).toEqual([
    [20, 5, true],
    [40, 9, true],
    [60, 12, false],
    [60, 1, true],
  ]);
});

test.each([
  [{ type: "tumbling" }, "window.size"],
  [{ type: "hopping", size: "1h" }, "window.every"],
  [{ type: "hopping", size: "1h", every: "2h" }, "window.every"],
  [{ type: "hopping", size: "1h", every: "10s" }, "window.every"],
  [{ type: "session", size: "1h", gap: "1m" }, "window.size"],
  [{ type: "session" }, "window.gap"],
  [{ type: "count", count: 1 }, "window.count"],
  [{ type: "sliding", size: "1h", early: "1m" }, "window.early"],
  [{ type: "session", gap: "1m", empty: true }, "window.empty"],
  [{ size: "7h", zone: "Europe/Berlin" }, "window.size"],
  [{ size: "1h", zone: "Berlin" }, "window.zone"],
  [{ type: "hopping", size: "1h", every: "30m", zone: "UTC" }, "window.zone"],
])("a window of %j is refused at %s", (window, path) => {
  const issues =
    aggregate.config.safeParse({ window, values: [{ fn: "count", as: "n" }] }).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join("."))).toContain(path);
});
