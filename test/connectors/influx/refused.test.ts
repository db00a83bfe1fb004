import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openInflux } from "../../../connectors/influx/open.ts";
import type { RefusedPoints, Series } from "../../../engine/model/series.ts";
import { startInflux } from "../../support/influx.ts";

let server: Awaited<ReturnType<typeof startInflux>>;
let series: Series;
beforeAll(async () => {
  server = await startInflux();
  series = openInflux({ url: server.url, bucket: server.database, version: 1 });
});
afterAll(async () => {
  await series?.close();
  await server?.stop();
});

const line = (device: string, ts: number, fields: string) => `traffic,device=${device} ${fields} ${ts}`;
const count = async (device: string) =>
  (await series.query({ device, key: "n", from: 0, to: 1e9, fn: "count", everyMs: 1e9, limit: 1 }))[0]
    ?.value ?? 0;

async function refusedBy(write: Promise<void>): Promise<RefusedPoints[]> {
  const error = await write.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toMatchObject({ code: "points_refused" });
  return error.details.refused;
}

describe("points that InfluxDB will never take", () => {
  test("a field of another type is told with the server's sentence, and all others are written", async () => {
    await series.write([line("seed", 1, "n=1")]);
    const good = Array.from({ length: 200 }, (_, index) => line("mixed", index, `n=${index}`));
    const bad = [line("mixed", 1000, 'n="text\nof two lines"'), line("mixed", 1001, "n=true")];
    const refused = await refusedBy(
      series.write([good.slice(0, 90).join("\n"), [bad[0], ...good.slice(90), bad[1]].join("\n")]),
    );
    expect(refused.map(({ points }) => points)).toEqual(bad);
    expect(refused[0]?.message).toContain("field type conflict");
    expect(await count("mixed")).toBe(200);
  });

  test("a line that is none is told alone", async () => {
    const refused = await refusedBy(
      series.write([line("broken", 1, "n=1"), "what,is=this", line("broken", 2, "n=1")]),
    );
    expect(refused.map(({ points }) => points).join()).toContain("what,is=this");
    expect(await count("broken")).toBe(2);
  });

  test("a flood of them is told in pieces, and nothing of it is lost", async () => {
    const lines = Array.from({ length: 400 }, (_, index) =>
      line("flood", index, index % 2 ? "n=1" : "n=true"),
    );
    const refused = await refusedBy(series.write([lines.join("\n")]));
    const told = refused.flatMap(({ points }) => points.split("\n"));
    expect(lines.filter((one) => one.includes("true") && !told.includes(one))).toEqual([]);
    expect(await count("flood")).toBe(200);
  });
});
