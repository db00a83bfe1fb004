import { afterAll, beforeAll, expect, test } from "vitest";
import { openBacktests } from "../../engine/backtests.ts";
import type { BacktestRun } from "../../engine/model/backtest.ts";
import { writeArchive } from "../support/archive.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

const from = Date.UTC(2026, 10, 3, 8);
const minuteMs = 60_000;
const flow = (value: number) => ({
  id: "slow",
  name: "Slow",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "jam",
      kind: "alert",
      config: {
        type: "Congestion",
        severity: "major",
        raise: { all: [{ fact: "speed", operator: "lessThan", value }] },
        clear: { all: [{ fact: "speed", operator: "greaterThan", value: 40 }] },
      },
    },
    { id: "keep", kind: "save", config: { measurement: "roads" } },
  ],
  edges: [
    { from: "in", to: "jam" },
    { from: "in", to: "keep" },
  ],
});
/** Two dips of d1, one of them deep; a slow dip of d2. */
const speeds: Record<string, number[]> = {
  d1: [50, 25, 25, 50, 50, 25, 15, 15, 50, 50],
  d2: [50, 50, 28, 22, 18, 12, 12, 50, 50, 50],
};

let api: ApiOnDatabase;
let backtests: ReturnType<typeof openBacktests>;
const archive = tempFolder("api-backtest");
beforeAll(async () => {
  const sent = speeds.d1!.flatMap((_, i) =>
    Object.keys(speeds).map((device) => ({
      device,
      at: from + i * minuteMs,
      values: { speed: speeds[device]![i]! },
    })),
  );
  await writeArchive(archive, sent);
  backtests = openBacktests({ place: { folder: archive }, on: true });
  api = await openApiOnDatabase({ backtests });
  await api.ask("PUT", "/api/flows/slow", { body: flow(30) });
  await api.ask("POST", "/api/flows/slow/versions", { body: {} });
  await api.ask("POST", "/api/flows/slow/deploy", { body: { version: 1, mode: "live" } });
});
afterAll(async () => {
  backtests.close();
  await api.close();
  removeFolder(archive);
});

const range = { from, to: from + 10 * minuteMs };
const begin = (body: object) => api.ask("POST", "/api/flows/slow/backtest", { body: { ...range, ...body } });

async function done(begun: { body: BacktestRun }): Promise<BacktestRun> {
  const place = `/api/flows/slow/backtest/${begun.body.id}`;
  let run = begun.body;
  await expect
    .poll(async () => {
      run = (await api.ask("GET", place)).body;
      return run.state;
    })
    .not.toBe("running");
  return run;
}

test("a draft is compared with the version that is live: gone, later, and as before", async () => {
  const run = await done(await begin({ flow: flow(20) }));
  expect(run).toMatchObject({ state: "done", progress: 1, flow: "slow" });
  const { messages, candidate, live, alarms } = run.result!;
  expect([messages, candidate.alarms, candidate.version, live?.alarms, live?.version]).toEqual([
    20,
    2,
    null,
    3,
    1,
  ]);
  expect(alarms.counts).toEqual({ new: 0, gone: 1, earlier: 0, later: 2, same: 0 });
  expect(alarms.list).toMatchObject([
    { change: "gone", name: "Detector d1", at: from + minuteMs, until: from + 3 * minuteMs, node: "jam" },
    { change: "later", name: "Detector d2", at: from + 4 * minuteMs, wasAt: from + 2 * minuteMs },
    { change: "later", name: "Detector d1", at: from + 6 * minuteMs, wasAt: from + 5 * minuteMs },
  ]);
  expect(candidate.points).toBe(20);
  const series = run.result!.series.list.find(
    ({ tags }) => tags.device === "Detector d1" || tags.device === "d1",
  );
  expect(series?.candidate.filter((value) => value !== null)).toEqual(speeds.d1);
});

test("the version that is live, run as itself, differs in nothing", async () => {
  const { result } = await done(await begin({ version: 1 }));
  expect(result!.alarms.counts).toEqual({ new: 0, gone: 0, earlier: 0, later: 0, same: 3 });
});

test("without side effects: no alarm, dead letter or point is written, nothing is told", async () => {
  const before = api.told.length;
  await done(await begin({}));
  expect((await api.ask("GET", "/api/alarms")).body.items).toEqual([]);
  expect((await api.ask("GET", "/api/dead-letters")).body.items).toEqual([]);
  expect(api.told).toHaveLength(before);
});

test("a number is varied, and gives alarms by value", async () => {
  const vary = { node: "jam", path: ["raise", "all", 0, "value"], values: [10, 13, 16, 30] };
  const { whatIf } = await done(await begin({ vary }));
  expect(whatIf!.points.map(({ value, alarms }) => [value, alarms])).toEqual([
    [10, 0],
    [13, 1],
    [16, 2],
    [30, 3],
  ]);
  expect(whatIf!.current).toBe(30);
});

test.each([
  ["a range that ends before it begins", { from: range.to, to: range.from }, 400, /before/],
  ["a version that is not there", { version: 99 }, 404, /no version 99/],
  ["a flow with problems", { flow: { ...flow(1), edges: [{ from: "in", to: "gone" }] } }, 422, /gone/],
  [
    "no number at the path",
    { vary: { node: "jam", path: ["type"], values: [1, 2] } },
    400,
    /no number at type/,
  ],
  ["a time that is none", { from: "soon" }, 400, /from/],
])("%s is refused with a sentence", async (_, body, status, sentence) => {
  const answer = await begin(body);
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body)).toMatch(sentence);
});

test("a run is cancelled, and one that is unknown is not found", async () => {
  const begun = await begin({});
  const place = `/api/flows/slow/backtest/${begun.body.id}`;
  expect((await api.ask("DELETE", place)).status).toBe(204);
  expect((await done(begun)).state).toMatch(/cancelled|done/);
  expect((await api.ask("GET", "/api/flows/slow/backtest/none")).status).toBe(404);
  expect((await api.ask("GET", place.replace("slow", "other"))).status).toBe(404);
});

test("the archive says from when to when it has messages", async () => {
  const { body } = await api.ask("GET", "/api/archive");
  expect(body).toEqual({ on: true, from, to: from + 9 * minuteMs });
});
