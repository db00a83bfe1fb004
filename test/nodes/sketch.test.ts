import fc from "fast-check";
import { expect, test } from "vitest";
import { accumulators, functions, maxDistinct, type Slots } from "../../engine/nodes/accumulate.ts";
import { maxBins, merged, quantile, type Side, withSize } from "../../engine/nodes/sketch.ts";

const { percentile } = accumulators;
const runs = { numRuns: 1000 };

function slotsOf(values: readonly number[]): Slots {
  const slots = percentile.empty.slice();
  for (const value of values) percentile.add(slots, 0, value, 0);
  return slots;
}

const number = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  fc.constant(0),
);

test("a percentile lies within one percent of the number of its rank", () => {
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 1, maxLength: 100 }),
      fc.integer({ min: 0, max: 100 }),
      (values, p) => {
        const ranked = values.toSorted((a, b) => a - b);
        const exact = ranked[Math.floor((p / 100) * (values.length - 1))]!;
        const found = percentile.result(slotsOf(values), 0, { p }, 0) as number;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.0100001);
      },
    ),
    runs,
  );
});

test("taking numbers together or apart and joining them comes to the same, for every function", () => {
  const reading = fc.record({
    v: fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom("a", true)),
    ts: fc.nat(50),
  });
  fc.assert(
    fc.property(fc.constantFrom(...functions), fc.array(reading), fc.array(reading), (name, left, right) => {
      const fn = accumulators[name];
      const take = (slots: Slots, them: typeof left) => {
        for (const { v, ts } of them) fn.add(slots, 0, v, ts);
        return slots;
      };
      const apart = take(fn.empty.slice(), left);
      fn.merge(apart, 0, take(fn.empty.slice(), right));
      const together = take(take(fn.empty.slice(), left), right);
      const [a, b] = [apart, together].map((slots) => fn.result(slots, 0, { p: 50, perMs: 1000 }, 60_000));
      if (typeof a === "number" && typeof b === "number") expect(a).toBeCloseTo(b, 9);
      else expect(a).toEqual(b);
    }),
    runs,
  );
});

test("a sketch keeps 512 steps of each sign, and large numbers stay exact to one percent", () => {
  let side: Side = [];
  for (let i = 0; i < 3000; i++) side = withSize(side, 1.03 ** i);
  expect(side.length).toBe(2 * maxBins);
  expect(quantile(1, [], 0, side)! / 1.03 ** 2999).toBeCloseTo(1, 1);
  let count = 0;
  for (let i = 1; i < side.length; i += 2) count += side[i]!;
  expect(count).toBe(3000);
  expect(merged(side, side).length).toBe(2 * maxBins);
  expect(withSize([], Number.MAX_VALUE).length).toBe(2);
  expect(quantile(0.5, [], 0, withSize([], Number.MAX_VALUE))).toBeLessThanOrEqual(Number.MAX_VALUE);
  expect(quantile(0.5, [], 0, withSize([], 5e-324))).toBeGreaterThanOrEqual(0);
});

test("distinct counts up to 256 values and no further", () => {
  const slots = accumulators.distinct.empty.slice();
  for (let i = 0; i < 2000; i++) accumulators.distinct.add(slots, 0, `value ${i % 1000}`, 0);
  expect(accumulators.distinct.result(slots, 0, {}, 0)).toBe(maxDistinct);
});
