import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openInflux } from "../../connectors/influx/open.ts";
import type { Series } from "../../engine/model/series.ts";
import { openTableSeries } from "../../engine/store/series/table.ts";
import { startInflux } from "../support/influx.ts";
import { databases } from "./databases.ts";
import { aggregateCases } from "./series/aggregates.ts";
import { latestCases } from "./series/latest.ts";
import { writeCases } from "./series/writes.ts";

interface TestSeries {
  series: Series;
  close(): Promise<void>;
}

const stores: [name: string, open: () => Promise<TestSeries>][] = databases.map(([name, open]) => [
  `a table in ${name}`,
  async () => {
    const { pool, close } = await open();
    return { series: await openTableSeries(pool), close };
  },
]);

stores.push([
  "InfluxDB 1.x",
  async () => {
    const server = await startInflux();
    const series = openInflux({ url: server.url, bucket: server.database, version: 1 });
    return {
      series,
      async close() {
        await series.close();
        await server.stop();
      },
    };
  },
]);

describe.each(stores)("series in %s", (_name, open) => {
  let opened: TestSeries;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  const series = () => opened.series;

  describe("writing", () => writeCases(series));
  describe("buckets", () => aggregateCases(series));
  describe("latest", () => latestCases(series));

  test("it answers the check", async () => {
    await expect(series().check()).resolves.toBeUndefined();
  });
});
