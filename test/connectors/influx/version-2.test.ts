import { afterAll, beforeAll, expect, test } from "vitest";
import { openInflux } from "../../../connectors/influx/open.ts";
import { encodeLines } from "../../../engine/model/point-lines.ts";
import type { Series } from "../../../engine/model/series.ts";
import type { Server } from "../../support/server.ts";
import { startVictoria } from "../../support/victoria.ts";

let server: Server;
beforeAll(async () => {
  server = await startVictoria();
});
afterAll(() => server?.stop());

/** What VictoriaMetrics has of one device, by its own export: `{name: {ts: value}}`. */
async function exported(device: string): Promise<Record<string, Record<string, number>>> {
  await fetch(`${server.url}/internal/force_flush`);
  const answer = await fetch(`${server.url}/api/v1/export?match[]={device="${device}"}`);
  const rows = (await answer.text()).split("\n").filter(Boolean);
  return Object.fromEntries(
    rows.map((row) => {
      const { metric, values, timestamps } = JSON.parse(row);
      return [
        metric.__name__,
        Object.fromEntries(timestamps.map((ts: number, i: number) => [ts, values[i]])),
      ];
    }),
  );
}

const ts = Date.UTC(2026, 4, 1);

test.each([2, 3] as const)("the write path of version %i is taken by another server", async (version) => {
  const device = `v${version}`;
  const series: Series = openInflux({ url: server.url, token: "t", org: "o & o", bucket: "b/b", version });
  const batch = (n: number) =>
    encodeLines([
      { measurement: "traffic", tags: { device, road: "A 1" }, fields: { speed: n }, ts: ts + n },
    ]);
  await series.write([batch(1), batch(2)]);
  await series.write([batch(3)]);
  await series.close();
  expect(await exported(device)).toEqual({ traffic_speed: { [ts + 1]: 1, [ts + 2]: 2, [ts + 3]: 3 } });
});

test("without that server a write is unavailable", async () => {
  const series = openInflux({ url: "http://127.0.0.1:9", token: "t", org: "o", bucket: "b", version: 2 });
  await expect(series.write(["traffic,device=d n=1 1"])).rejects.toMatchObject({ code: "unavailable" });
  await series.close();
});
