import fc from "fast-check";
import { expect, test } from "vitest";
import { type Past, valueAgo, withNewest } from "../../engine/nodes/earlier.ts";

const agoMs = 240_000;
/** Of the values that were remembered. */
const grainMs = agoMs / 240;

/** Said as simply as it can be: remembers everything. */
function naive(all: readonly (readonly [ts: number, value: number])[], ts: number): number | undefined {
  const old = all.filter(([at]) => at <= ts - agoMs && at >= ts - 2 * agoMs);
  return old.toSorted(([a], [b]) => a - b).at(-1)?.[1];
}

test("the value of so long ago is the one that all values would give, however they come", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50_000, max: 150_000 }), { maxLength: 100 }), (gaps) => {
      let past: Past = [];
      const all: [number, number][] = [];
      let ts = 1_700_000_000_000;
      for (const [value, gap] of gaps.entries()) {
        // A negative step is a message out of order.
        ts += Math.round(gap / grainMs) * grainMs;
        const newest = all.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
        if (ts > newest) expect(valueAgo(past, ts, agoMs)).toBe(naive(all, ts));
        if (ts - newest >= grainMs) all.push([ts, value]);
        past = withNewest(past, ts, value, agoMs);
        expect(past.length).toBeLessThanOrEqual(242);
      }
    }),
    { numRuns: 1000 },
  );
});

test("of values that come faster than a 240th of the time some are left out, and their number stays bounded", () => {
  let past: Past = [];
  for (let i = 0; i < 10_000; i++) past = withNewest(past, i * 100, i, agoMs);
  expect(past.length).toBeLessThanOrEqual(242);
  const found = valueAgo(past, 999_900, agoMs) as number;
  expect(999_900 - agoMs - found * 100).toBeGreaterThanOrEqual(0);
  expect(999_900 - agoMs - found * 100).toBeLessThan(2 * grainMs);
});
