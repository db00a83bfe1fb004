import { beforeAll, expect, test } from "vitest";
import type { Aggregate, Sample, Series } from "../../../engine/model/series.ts";
import { day, minuteMs, pointsOf, read, write } from "./points.ts";

type Value = Sample["value"];

export function aggregateCases(open: () => Series) {
  beforeAll(() =>
    write(
      open(),
      pointsOf(
        "g",
        { fields: { n: 1, on: true, text: "a" } },
        { fields: { n: 4, on: false, text: "b" } },
        { fields: { n: 3, on: true, text: "c" } },
        { ts: day + 10 * minuteMs, fields: { n: -2, on: false, text: "d" } },
      ),
    ),
  );

  const fiveMinutes: [Aggregate, Value, Value][] = [
    ["avg", 8 / 3, -2],
    ["min", 1, -2],
    ["max", 4, -2],
    ["sum", 8, -2],
    ["count", 3, 1],
    ["first", 1, -2],
    ["last", 3, -2],
  ];
  test.each(fiveMinutes)("%s of numbers, empty buckets left out", async (fn, first, second) => {
    expect(await read(open(), "g", "n", { everyMs: 5 * minuteMs, fn })).toEqual([
      [day, first],
      [day + 10 * minuteMs, second],
    ]);
  });

  const others: [Aggregate, string, Value, Value][] = [
    ["first", "on", true, false],
    ["last", "on", true, false],
    ["count", "on", 3, 1],
    ["first", "text", "a", "d"],
    ["last", "text", "c", "d"],
    ["count", "text", 3, 1],
  ];
  test.each(others)("%s of %s", async (fn, key, first, second) => {
    expect(await read(open(), "g", key, { everyMs: 5 * minuteMs, fn })).toEqual([
      [day, first],
      [day + 10 * minuteMs, second],
    ]);
  });

  test.each(["avg", "min", "max", "sum"] as const)("%s of what is no number is nothing", async (fn) => {
    for (const key of ["on", "text"])
      expect(await read(open(), "g", key, { everyMs: minuteMs, fn })).toEqual([]);
  });

  test("a query is half open, from its start to before its end", async () => {
    const span = { from: day + minuteMs, to: day + 2 * minuteMs };
    expect(await read(open(), "g", "n", span)).toEqual([[day + minuteMs, 4]]);
    expect(await read(open(), "g", "n", { ...span, everyMs: 5 * minuteMs, fn: "sum" })).toEqual([[day, 4]]);
  });

  test("the oldest are kept when there are more than the limit", async () => {
    expect(await read(open(), "g", "n", { limit: 2 })).toEqual([
      [day, 1],
      [day + minuteMs, 4],
    ]);
    const oldest = await read(open(), "g", "n", { limit: 1, everyMs: 5 * minuteMs, fn: "max" });
    expect(oldest).toEqual([[day, 4]]);
  });

  test("buckets begin at multiples of their width, however odd", async () => {
    const everyMs = 7 * minuteMs;
    const start = Math.floor(day / everyMs) * everyMs;
    const [first] = await read(open(), "g", "n", { everyMs, fn: "count" });
    expect(first?.[0]).toBe(start);
  });

  test("without a measurement all that have the key count as one", async () => {
    await write(
      open(),
      pointsOf(
        "g-two",
        { fields: { n: 1 } },
        { measurement: "weather", ts: day + 1, fields: { n: 4 } },
        { measurement: "weather", ts: day + 2, fields: { n: 4 } },
        { measurement: "air", ts: day + 3, fields: { other: 1 } },
      ),
    );
    const expected: Record<Aggregate, number> = {
      avg: 3,
      min: 1,
      max: 4,
      sum: 9,
      count: 3,
      first: 1,
      last: 4,
    };
    for (const [fn, value] of Object.entries(expected))
      expect(await read(open(), "g-two", "n", { everyMs: minuteMs, fn: fn as Aggregate })).toEqual([
        [day, value],
      ]);
    expect(await read(open(), "g-two", "n")).toEqual([
      [day, 1],
      [day + 1, 4],
      [day + 2, 4],
    ]);
    const weather = await read(open(), "g-two", "n", {
      measurement: "weather",
      everyMs: minuteMs,
      fn: "sum",
    });
    expect(weather).toEqual([[day, 8]]);
  });

  test("another device's points do not count", async () => {
    await write(open(), pointsOf("g-other", { fields: { n: 100 } }));
    expect(await read(open(), "g-other", "n", { everyMs: minuteMs, fn: "count" })).toEqual([[day, 1]]);
  });
}
