import { expect, test } from "vitest";
import { Pace } from "../../engine/pipeline/pace.ts";

/** A pace whose process is idle for a part of the time. */
const paceOf = (idle: number) => new Pace({ gapMs: 6, idle: () => idle });

test("the first batch after a pause goes 5 ms after its first entry", () => {
  expect(paceOf(1).turn(1000)).toBe(1005);
});

test("batches of other lanes that begin meanwhile go along with it", () => {
  const pace = paceOf(1);
  expect([1000, 1001, 1005].map((begunAt) => pace.turn(begunAt))).toEqual([1005, 1005, 1005]);
});

test.each([
  { idle: 1, gapMs: 6 },
  { idle: 0.5, gapMs: 12 },
  { idle: 0.25, gapMs: 24 },
  { idle: 0, gapMs: 30 },
])("a process that is idle for $idle of the time flushes every $gapMs ms", ({ idle, gapMs }) => {
  const pace = paceOf(idle);
  pace.turn(1000);
  expect(pace.turn(1005.1)).toBeCloseTo(1005 + gapMs);
});
