import { afterAll, beforeAll, expect, test } from "vitest";
import type { Series } from "../../engine/model/series.ts";
import type { SqlPool } from "../../engine/store/pglite.ts";
import { openRegistry } from "../../engine/store/registry/open.ts";
import type { Registry } from "../../engine/store/registry.ts";
import { openTableSeries } from "../../engine/store/series/table.ts";
import { openPostgres } from "../../engine/store/sql.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Server } from "../support/server.ts";
import { raise } from "./registry/effects.ts";
import { day, pointsOf, read, write } from "./series/points.ts";

let server: Server;
let pool: SqlPool;
let registry: Registry;
let series: Series;
beforeAll(async () => {
  server = await startPostgres();
  pool = openPostgres(server.url);
  registry = await openRegistry(pool);
  series = await openTableSeries(pool);
});
afterAll(async () => {
  await pool?.end();
  await server?.stop();
});

test("while PostgreSQL is away all is unavailable; the same calls work when it is back", {
  timeout: 180_000,
}, async () => {
  const alarm = raise({ device: "o-device" });
  const points = pointsOf("o-device", { fields: { speed: 1 } });
  await server.kill();
  const asked = await Promise.allSettled([
    registry.apply([alarm]),
    registry.device("x"),
    registry.deployment(),
    registry.check(),
    write(series, points),
    read(series, "o-device", "speed"),
    series.latest("o-device"),
    series.check(),
    openRegistry(pool),
  ]);
  expect(asked).toMatchObject(asked.map(() => ({ status: "rejected", reason: { code: "unavailable" } })));

  const again = await startPostgres({ port: server.port, dir: server.dir });
  try {
    expect((await registry.apply([alarm])).alarms).toMatchObject([{ id: alarm.id }]);
    await write(series, points);
    expect(await read(series, "o-device", "speed")).toEqual([[day, 1]]);
  } finally {
    await again.stop();
  }
});
