import fc from "fast-check";
import { expect, test } from "vitest";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { converter, unitNames, unitsLike } from "../../engine/nodes/units.ts";
import { Host } from "./host.ts";

const calculate = kindByName("calculate")!;

test.each([
  [100, "°C", "°F", 212],
  [-40, "°F", "°C", -40],
  [0, "K", "°C", -273.15],
  [36, "km/h", "m/s", 10],
  [1, "bar", "psi", 14.503773773],
  [1, "m³/h", "l/min", 16.6666666667],
  [1, "gal", "l", 3.785411784],
  [1, "hp", "W", 745.699871582],
  [1, "kWh", "MJ", 3.6],
  [12, "in", "cm", 30.48],
  [25, "%", "1", 0.25],
] as const)("%d %s is %s %d", (value, from, to, expected) => {
  expect(converter(from, to)!(value)).toBeCloseTo(expected, 9);
});

test("every unit goes there and back, and only within what it measures", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...unitNames),
      fc.constantFrom(...unitNames),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      (a, b, x) => {
        const there = converter(a, b);
        expect(there !== undefined).toBe(unitsLike(a).includes(b));
        if (!there) return;
        const again = converter(b, a)!(there(x));
        expect(Math.abs(again - x)).toBeLessThanOrEqual(Math.abs(x) * 1e-9 + 1e-6);
      },
    ),
    { numRuns: 1000 },
  );
});

test("changes and sums are those of a naive look back, over readings in any order", () => {
  const config = {
    previous: [{ of: "v", as: "before" }],
    delta: [{ of: "v", as: "delta" }],
    rate: [{ of: "v", as: "rate", per: "s", counter: true }],
    sum: [{ of: "v", as: "sum" }],
  };
  const reading = fc.record({
    ts: fc.nat(20),
    v: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant("odd")),
  });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 20 }), (readings) => {
      const host = new Host(calculate, config);
      let newest: { ts: number; v: number } | undefined;
      let sum = 0;
      for (const { ts, v } of readings) {
        host.message({ at: 0, ts: ts * 1000, values: { v } });
        const [output, message] = host.out.at(-1)!;
        if (typeof v === "string") {
          expect(output).toBe("failed");
          continue;
        }
        sum += v;
        const isNewer = newest === undefined || ts > newest.ts;
        const change = newest && isNewer ? { before: newest.v, delta: v - newest.v } : {};
        const rise = newest && (v < newest.v ? v : v - newest.v);
        const rate = newest && isNewer ? { rate: (rise! * 1000) / ((ts - newest.ts) * 1000) } : {};
        expect([output, message.values]).toEqual(["out", { v, sum, ...change, ...rate }]);
        if (isNewer) newest = { ts, v };
      }
    }),
    { numRuns: 1000 },
  );
});

test("numbers beyond all others fail, and sums stay within what JSON knows", () => {
  const host = new Host(calculate, { sum: [{ of: "v", as: "sum" }] });
  for (const v of [Number.POSITIVE_INFINITY, Number.NaN, null, true, [1], 1e308, 1e308])
    host.message({ at: 0, values: { v } });
  expect(host.out.map(([output]) => output)).toEqual([...Array(5).fill("failed"), "out", "out"]);
  expect(host.out.at(-1)![1].values.sum).toBe(Number.MAX_VALUE);
});

test("units that do not measure the same are refused", () => {
  const { error } = calculate.config.safeParse({ convert: [{ of: "v", from: "bar", to: "km" }] });
  expect(error?.issues[0]).toMatchObject({
    path: ["convert", 0, "to"],
    message: expect.stringMatching(/^cannot be made of bar; choose one of Pa, /),
  });
  expect(calculate.config.safeParse({}).error?.issues[0]?.message).toMatch(/^does nothing yet/);
});
