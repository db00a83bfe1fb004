import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openBacktests } from "../../engine/backtests.ts";
import type { BacktestRun } from "../../engine/model/backtest.ts";
import { writeArchive } from "../support/archive.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

const from = Date.UTC(2026, 10, 3, 8);
const minuteMs = 60_000;
const flow = (id: string, nodes: object[], edges: object[]) => ({ id, name: id, schema: 1, nodes, edges });
/** Raises an alarm below the least speed that the table has for the zone. */
const slow = (table: string, id = "slow", input: object = {}) =>
  flow(
    id,
    [
      { id: "in", kind: "input", config: input },
      { id: "more", kind: "enrich", config: { lookup: [{ table, by: "zone", column: "least" }] } },
      {
        id: "jam",
        kind: "alert",
        config: {
          type: "Congestion",
          severity: "major",
          raise: { all: [{ fact: "speed", operator: "lessThan", value: { fact: "least" } }] },
          clear: { all: [{ fact: "speed", operator: "greaterThan", value: 45 }] },
        },
      },
    ],
    [
      { from: "in", to: "more" },
      { from: "more", output: "out", to: "jam" },
    ],
  );

let api: ApiOnDatabase;
let backtests: ReturnType<typeof openBacktests>;
const archive = tempFolder("api-backtest-tables");
/** The slowest of each dip: 10, 20 and 30. */
const speeds = [50, 10, 50, 20, 50, 30, 50];
beforeAll(async () => {
  await writeArchive(
    archive,
    speeds.map((speed, i) => ({ device: "d1", at: from + i * minuteMs, values: { speed, zone: "N" } })),
  );
  backtests = openBacktests({ place: { folder: archive }, on: true });
  api = await openApiOnDatabase({ backtests });
  await put("limits", 15);
  await put("drafted", 35);
  await api.ask("PUT", "/api/flows/slow", { body: slow("limits") });
  await api.ask("POST", "/api/flows/slow/versions", { body: {} });
  await api.ask("POST", "/api/flows/slow/deploy", { body: { version: 1, mode: "live" } });
});
beforeEach(() => put("limits", 15));
afterAll(async () => {
  backtests.close();
  await api.close();
  removeFolder(archive);
});

/** A table with that least speed in zone N. */
async function put(name: string, least: number) {
  const columns = [
    { name: "zone", type: "text" },
    { name: "least", type: "number" },
  ];
  const table = { key: "zone", columns, rows: [["N", least]] };
  const isThere = (await api.ask("GET", `/api/tables/${name}`)).status === 200;
  const headers = isThere ? { "if-match": "*" } : {};
  const { status } = await api.ask("PUT", `/api/tables/${name}`, { body: table, headers });
  expect([200, 201]).toContain(status);
}

async function backtest(body: object): Promise<BacktestRun> {
  const range = { from, to: from + speeds.length * minuteMs };
  const begun = await api.ask("POST", "/api/flows/slow/backtest", { body: { ...range, ...body } });
  expect(begun, JSON.stringify(begun.body)).toMatchObject({ status: 202 });
  let run: BacktestRun = begun.body;
  await expect
    .poll(async () => {
      run = (await api.ask("GET", `/api/flows/slow/backtest/${run.id}`)).body;
      return run.state;
    })
    .toBe("done");
  return run;
}

/** Alarms of the candidate, and of the version that is live. */
async function alarms(body: object) {
  const { candidate, live } = (await backtest(body)).result!;
  expect([candidate.deadLetters, live?.deadLetters]).toEqual([{}, {}]);
  return [candidate.alarms, live?.alarms];
}

test("a version looks values up in the rows that the table has now, which lanes have, too", async () => {
  expect(await alarms({ version: 1 })).toEqual([1, 1]);
  await put("limits", 25);
  const { tables } = await api.registry.deployment();
  expect(tables).toMatchObject({ limits: { rows: [["N", 25]] } });
  expect(await alarms({ version: 1 })).toEqual([2, 2]);
});

test("a draft looks values up in a table that nothing live uses, beside the live version in its own", async () => {
  expect(await alarms({ flow: slow("drafted") })).toEqual([3, 1]);
});

test("one without a table runs beside a live version that has one", async () => {
  const { nodes, edges, ...rest } = slow("limits");
  const bare = { ...rest, nodes: nodes.slice(0, 1), edges: edges.slice(0, 0) };
  expect(await alarms({ flow: bare })).toEqual([0, 1]);
});

test("alarms by value are those of the table, too", async () => {
  const { nodes, ...rest } = slow("drafted");
  const [input, more, jam] = nodes as [object, object, { config: object }];
  const either = [
    { fact: "speed", operator: "lessThan", value: { fact: "least" } },
    { fact: "speed", operator: "greaterThan", value: 45 },
  ];
  const raise = { any: [either[0], { fact: "speed", operator: "lessThan", value: 5 }] };
  const varied = { ...rest, nodes: [input, more, { ...jam, config: { ...jam.config, raise } }] };
  const vary = { node: "jam", path: ["raise", "any", 1, "value"], values: [5, 6] };
  const { whatIf } = await backtest({ flow: varied, vary });
  expect(whatIf!.points.map(({ alarms }) => alarms)).toEqual([3, 3]);
});

test("a flow that messages are handed to looks values up in its own table", async () => {
  await api.ask("PUT", "/api/flows/shared", { body: slow("drafted", "shared", { from: "flows" }) });
  await api.ask("POST", "/api/flows/shared/versions", { body: {} });
  await api.ask("POST", "/api/flows/shared/deploy", { body: { version: 1, mode: "live" } });
  const handing = flow(
    "slow",
    [
      { id: "in", kind: "input", config: {} },
      { id: "on", kind: "flow", config: { flow: "shared" } },
    ],
    [{ from: "in", to: "on" }],
  );
  expect(await alarms({ flow: handing })).toEqual([3, 1]);
});
