import { afterEach, expect, test } from "vitest";
import { openInflux } from "../../../connectors/influx/open.ts";
import type { InfluxSettings } from "../../../connectors/influx/settings.ts";
import type { Series } from "../../../engine/model/series.ts";
import { startInflux } from "../../support/influx.ts";
import type { Server } from "../../support/server.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
function stopped<S extends Server>(server: S): S {
  closers.push(() => server.stop());
  return server;
}
function opened(settings: Pick<InfluxSettings, "url"> & Partial<InfluxSettings>): Series {
  const series = openInflux({ bucket: "millrace", version: 1, ...settings });
  closers.push(() => series.close());
  return series;
}

const line = "traffic,device=d1 n=1 1000";
const all = { device: "d1", key: "n", from: 0, to: 2000, fn: "avg", limit: 10 } as const;
/** Asks all that can be asked at once, so that none stays unheard. */
const asked = (series: Series) =>
  Promise.allSettled([series.write([line]), series.query(all), series.latest("d1"), series.check()]);
const refusedAll = (said: RegExp) =>
  Array(4).fill({
    status: "rejected",
    reason: { code: "unavailable", message: expect.stringMatching(said) },
  });

test("a server that went away is unavailable; the same write works when it is back", {
  timeout: 180_000,
}, async () => {
  const server = stopped(await startInflux());
  const series = opened(server);
  await series.write(["traffic,device=d1 n=0 500"]);
  await server.kill();
  expect(await asked(series)).toMatchObject(refusedAll(/ECONN|closed|hang up/));
  stopped(await startInflux({ port: server.port, dir: server.dir }));
  await series.write([line]);
  expect(await series.query(all)).toEqual([
    { ts: 500, value: 0 },
    { ts: 1000, value: 1 },
  ]);
});

test("a server that hangs is unavailable after the time-out, and fine when it goes on", {
  timeout: 180_000,
}, async () => {
  const server = stopped(await startInflux());
  // Long enough for the first write, however busy the machine is.
  const series = opened({ ...server, timeoutMs: 3000 });
  await series.write([line]);
  process.kill(server.pid, "SIGSTOP");
  expect(await asked(series)).toMatchObject(refusedAll(/time/));
  process.kill(server.pid, "SIGCONT");
  const patient = opened(server);
  await patient.write([line]);
  expect(await patient.query(all)).toEqual([{ ts: 1000, value: 1 }]);
});

test("a database that is not there keeps the points waiting and is named", { timeout: 180_000 }, async () => {
  const series = opened({ ...stopped(await startInflux()), bucket: "nowhere" });
  const answers = await Promise.allSettled([series.write([line]), series.query(all)]);
  expect(answers).toMatchObject(refusedAll(/nowhere/).slice(2));
});

test("user and password of the URL let in; without them nothing is taken", { timeout: 180_000 }, async () => {
  const login = { user: "miller", password: "p@ss/w:rd" };
  const { port, url } = stopped(await startInflux({ login }));
  const series = opened({
    url: `http://${login.user}:${encodeURIComponent(login.password)}@127.0.0.1:${port}/`,
  });
  await series.write([line]);
  expect(await series.query(all)).toEqual([{ ts: 1000, value: 1 }]);
  await expect(series.check()).resolves.toBeUndefined();
  const stranger = opened({ url });
  expect(await asked(stranger)).toMatchObject(refusedAll(/credential/));
});

test("a URL that is none is a setting to mend", () => {
  expect(() => openInflux({ url: "localhost:8086", bucket: "b", version: 1 })).toThrow("MILLRACE_INFLUX_URL");
});
