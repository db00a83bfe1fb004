import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeRows } from "../../engine/model/point-rows.ts";
import type { Series } from "../../engine/model/series.ts";
import { openTableSeries } from "../../engine/store/series/table.ts";
import { databases, type TestDatabase } from "./databases.ts";
import { minuteMs, pointsOf, read } from "./series/points.ts";

describe.each(databases)("rows that %s will never take", (_name, open) => {
  let database: TestDatabase;
  let series: Series;
  beforeAll(async () => {
    database = await open();
    series = await openTableSeries(database.pool);
  });
  afterAll(() => database?.close());

  // Random, for an index entry is compressed before it is too long.
  const tooLong = Array.from({ length: 600 }, () => Math.random().toString(36)).join("");
  const bad: [title: string, row: unknown[]][] = [
    ["a name too long for the index", [tooLong, "r", 0, {}, { n: 1 }]],
    ["a time that is none", ["traffic", "r", null, {}, { n: 1 }]],
    ["a time beyond all clocks", ["traffic", "r", 1e30, {}, { n: 1 }]],
    ["text with U+0000", ["traffic", "r", 0, {}, { n: "\u0000" }]],
  ];
  test.each(bad)("%s is told, and all others are written", async (title, row) => {
    const device = `r-${title}`;
    const good = pointsOf(device, ...Array.from({ length: 20 }, (_, n) => ({ fields: { n } })));
    const rows = JSON.parse(encodeRows(good));
    const error = await series.write([encodeRows(good), JSON.stringify([...rows.slice(10), row])]).then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: "points_refused" });
    expect(error.details.refused.map((one: { points: string }) => JSON.parse(one.points))).toEqual([[row]]);
    const whole = { everyMs: 1e3 * minuteMs, fn: "count" } as const;
    const counts = await read(series, device, "n", whole);
    expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(20);
  });
});
