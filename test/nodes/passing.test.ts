import fc from "fast-check";
import { expect, test } from "vitest";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

const kind = (name: string) => kindByName(name)!;
const runs = { numRuns: 1000 };

test("change lets those pass that a naive comparison with the last one passed finds changed", () => {
  const reading = fc.record({
    gap: fc.integer({ min: -5, max: 10 }),
    v: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: -9, max: 9 }) },
      fc.constantFrom("on", "off", null, Infinity),
    ),
  });
  const settings = fc.record({
    by: fc.integer({ min: 0, max: 4 }),
    unit: fc.constantFrom("absolute", "percent"),
    every: fc.option(fc.integer({ min: 1, max: 20 })),
  });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 30 }), settings, (readings, { by, unit, every }) => {
      const band = unit === "percent" ? by * 25 : by;
      const config = { fields: [{ of: "v", by: band, unit }], ...(every !== null && { every: `${every}s` }) };
      const host = new Host(kind("change"), config);
      let last: unknown;
      let reportedAt: number | undefined;
      let ts = 100;
      for (const { gap, v } of readings) {
        ts += gap;
        host.message({ at: 0, ts: ts * 1000, values: { v } });
        let isChanged = reportedAt === undefined || (every !== null && ts - reportedAt >= every);
        const isUsable = v !== null && v !== Infinity;
        if (isUsable && typeof v === "number" && typeof last === "number")
          isChanged ||= Math.abs(v - last) > (unit === "percent" ? (band / 100) * Math.abs(last) : band);
        else if (isUsable) isChanged ||= v !== last;
        expect(host.out.at(-1)![0]).toBe(isChanged ? "changed" : "same");
        if (!isChanged) continue;
        if (isUsable) last = v;
        reportedAt = Math.max(reportedAt ?? ts, ts);
      }
    }),
    runs,
  );
});

test("deduplicate lets a value pass when no equal one passed less than its time before or after", () => {
  const reading = fc.record({
    ts: fc.nat(60),
    v: fc.constantFrom<(number | string | null)[]>(1, "1", null, 2),
  });
  fc.assert(
    fc.property(
      fc.array(reading, { maxLength: 30 }),
      fc.integer({ min: 31, max: 90 }),
      (readings, within) => {
        const host = new Host(kind("deduplicate"), { fields: ["v"], within: `${within}s` });
        const passed: typeof readings = [];
        for (const { ts, v } of readings) {
          host.message({ at: 0, ts: ts * 1000, values: { v, other: ts } });
          const isRepeated = passed.some((it) => it.v === v && Math.abs(it.ts - ts) < within);
          expect(host.out.at(-1)![0]).toBe(isRepeated ? "rest" : "pass");
          if (!isRepeated) passed.push({ ts, v });
        }
      },
    ),
    runs,
  );
});

test("deduplicate remembers two hundred messages and forgets the oldest beyond", () => {
  const host = new Host(kind("deduplicate"), { within: "1d" });
  for (let i = 0; i <= 200; i++) host.message({ at: i, values: { i, long: "x".repeat(100) } });
  expect((host.state() as unknown[]).length).toBe(400);
  expect(JSON.stringify(host.state()).length).toBeLessThan(10_000);
  const first = { at: 300, values: { i: 0, long: "x".repeat(100) } };
  expect(host.message(first).out![0]![0]).toBe("pass");
  expect(host.message(first).out![0]![0]).toBe("rest");
});

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ gap: fc.nat(4), back: fc.nat(20) }) },
    fc.record({ gap: fc.nat(30), tick: fc.constant(true as const) }),
  ),
  { maxLength: 40 },
);

/** Ticks once a second until `now`, as lanes do where a wake is due. */
function wake(host: Host, from: number, to: number) {
  for (let s = from + 1; s <= to; s++) host.tick(s * 1000);
}

test("throttle passes what a naive count of each period lets pass, each message once, however ticks fall", () => {
  const settings = fc.record({
    limit: fc.integer({ min: 1, max: 4 }),
    per: fc.integer({ min: 1, max: 12 }),
    take: fc.constantFrom("first", "last", "all"),
  });
  fc.assert(
    fc.property(steps, settings, (steps, { limit, per, take }) => {
      const host = new Host(kind("throttle"), { limit, per: `${per}s`, take });
      const expected: [string, number][] = [];
      let now = 1000;
      let start: number | undefined;
      let passed = 0;
      let waiting: number[] = [];
      const end = (at: number) => {
        if (start === undefined || at - start < per) return;
        if (take === "last") {
          for (const n of waiting) expected.push(["pass", n]);
          waiting = [];
          start = undefined;
        }
      };
      /** Every second at which something waits is a tick. */
      const advance = (to: number) => {
        while (now < to) {
          now++;
          if (take === "all" && waiting.length > 0 && now - start! >= per) {
            start = now;
            passed = Math.min(limit, waiting.length);
            for (const n of waiting.splice(0, passed)) expected.push(["pass", n]);
          }
          end(now);
        }
      };
      for (const [n, step] of steps.entries()) {
        wake(host, now, now + step.gap);
        advance(now + step.gap);
        if ("tick" in step) continue;
        host.message({ at: now * 1000, ts: (now - step.back) * 1000, values: { n } });
        if (start === undefined || now - start >= per) {
          start = now;
          passed = 0;
        }
        if (take === "last") {
          waiting.push(n);
          while (waiting.length > limit) expected.push(["rest", waiting.shift()!]);
        } else if (passed < limit && waiting.length === 0) {
          expected.push(["pass", n]);
          passed++;
        } else if (take === "first") expected.push(["rest", n]);
        else waiting.push(n);
      }
      expect(host.out.map(([output, { values }]) => [output, values.n])).toEqual(expected);
    }),
    runs,
  );
});

test("throttle lets no more than a hundred messages or 64 KiB wait", () => {
  const all = new Host(kind("throttle"), { per: "1m", take: "all" });
  for (let n = 0; n < 110; n++) all.message({ at: 0, values: { n } });
  expect(all.out.map(([output]) => output)).toEqual(["pass", ...Array(9).fill("rest")]);
  const last = new Host(kind("throttle"), { limit: 10, per: "1m", take: "last" });
  for (let n = 0; n < 4; n++) last.message({ at: 0, values: { n, text: "x".repeat(30_000) } });
  expect(last.out.map(([output, { values }]) => [output, values.n])).toEqual([
    ["rest", 0],
    ["rest", 1],
  ]);
});
