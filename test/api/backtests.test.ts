import { afterAll, beforeAll, expect, test } from "vitest";
import { openBacktests } from "../../engine/backtests.ts";
import { openMessageFiles } from "../../engine/message-files.ts";
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
const messageFiles = openMessageFiles();
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
  api = await openApiOnDatabase({ backtests, messageFiles });
  await api.ask("PUT", "/api/flows/slow", { body: flow(30) });
  await api.ask("POST", "/api/flows/slow/versions", { body: {} });
  await api.ask("POST", "/api/flows/slow/deploy", { body: { version: 1, mode: "live" } });
});
afterAll(async () => {
  backtests.close();
  await messageFiles.close();
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

test("a number in a named condition is varied like one in a setting", async () => {
  const { nodes, ...rest } = flow(30);
  const raise: object = { condition: "slow" };
  const named = {
    ...rest,
    conditions: { slow: (nodes.find(({ id }) => id === "jam")!.config as { raise: object }).raise },
    nodes: nodes.map((node) => (node.id === "jam" ? { ...node, config: { ...node.config, raise } } : node)),
  };
  const vary = { condition: "slow", path: ["all", 0, "value"], values: [10, 13, 16, 30] };
  const { whatIf } = await done(await begin({ flow: named, vary }));
  expect(whatIf!.points.map(({ alarms }) => alarms)).toEqual([0, 1, 2, 3]);
  expect(whatIf!.current).toBe(30);
  const none = await begin({ flow: named, vary: { ...vary, condition: "toString" } });
  expect([none.status, JSON.stringify(none.body)]).toEqual([
    400,
    expect.stringMatching(/condition .+toString.+ has no number at all > 0 > value/),
  ]);
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

const csv = [
  "device,at,speed",
  ...speeds.d2!.map((speed, i) => `d2,${new Date(from + i * minuteMs).toISOString()},${speed}`),
].join("\n");
const upload = (body: string | Buffer, type = "text/csv") =>
  api.ask("POST", "/api/message-files", { body, headers: { "Content-Type": type } });

test("a flow runs over uploaded messages, all of them or a range", async () => {
  const { status, body: file } = await upload(csv);
  expect([status, file.messages, file.devices, file.from, file.to]).toEqual([
    201,
    10,
    1,
    from,
    from + 9 * minuteMs + 1,
  ]);
  const over = (body: object) =>
    api.ask("POST", "/api/flows/slow/backtest", { body: { file: file.id, ...body } });
  const whole = (await done(await over({ flow: flow(20) }))).result!;
  expect([whole.messages, whole.from, whole.to]).toEqual([10, file.from, file.to]);
  expect(whole.alarms.list).toMatchObject([
    { change: "later", name: "d2", at: from + 4 * minuteMs, wasAt: from + 2 * minuteMs },
  ]);
  const half = (await done(await over({ to: from + 4 * minuteMs }))).result!;
  expect([half.messages, half.alarms.list.length]).toEqual([4, 1]);
  const empty = await over({ from: file.to });
  expect([empty.status, empty.body.detail]).toEqual([400, '"from" has to be before "to".']);
});

test("of uploaded files the last four are kept", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await upload(csv)).body.id);
  const run = (file: string) => api.ask("POST", "/api/flows/slow/backtest", { body: { file } });
  const gone = await run(ids[0]!);
  expect([gone.status, gone.body.detail]).toEqual([404, expect.stringMatching(/upload it anew/)]);
  expect((await done(await run(ids[1]!))).state).toBe("done");
});

test.each([
  ["a row that does not fit", `${csv}\nd3,soon,1`, "text/csv", 400, /^Row 12: "at" must be/],
  ["no message", "", "application/x-ndjson", 400, /holds no messages/],
  [
    "another type",
    "{}",
    "application/json",
    415,
    /send it as Content-Type: application\/x-ndjson or text\/csv/,
  ],
  ["more than 64 MB", Buffer.alloc(64 * 1_048_576 + 1, "\n"), "text/csv", 413, /larger than 64 MB/],
])("an upload of %s is refused", async (_, body, type, status, sentence) => {
  const answer = await upload(body, type);
  expect(answer.status).toBe(status);
  expect(answer.body.detail).toMatch(sentence);
});

test("neither a range nor a file is refused", async () => {
  const answer = await api.ask("POST", "/api/flows/slow/backtest", { body: {} });
  expect([answer.status, answer.body.detail]).toEqual([
    400,
    'Say "from" and "to", or the "file" to run over.',
  ]);
});

test("the archive says from when to when it has messages", async () => {
  const { body } = await api.ask("GET", "/api/archive");
  expect(body).toEqual({ on: true, from, to: from + 9 * minuteMs });
});
