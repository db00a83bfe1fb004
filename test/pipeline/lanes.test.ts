import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openInflux } from "../../connectors/influx/open.ts";
import type { Flow } from "../../engine/model/flow.ts";
import type { Session } from "../../engine/model/host.ts";
import { laneOf } from "../../engine/model/lane.ts";
import { encodeRows } from "../../engine/model/point-rows.ts";
import type { Series } from "../../engine/model/series.ts";
import { encodeEntry } from "../../engine/pipeline/frame.ts";
import { openRedisLanes } from "../../engine/store/backbone/redis-lanes.ts";
import type { Pglite } from "../../engine/store/pglite.ts";
import { openRegistryThread } from "../../engine/store/registry/open-thread.ts";
import type { Registry } from "../../engine/store/registry.ts";
import { openTableSeries } from "../../engine/store/series/table.ts";
import type { LanePlaces } from "../../engine/stores.ts";
import { command, raise } from "../conformance/registry/effects.ts";
import { openDatabase } from "../support/database-template.ts";
import { startInflux } from "../support/influx.ts";
import { costly, poisonFlow } from "../support/poison-flow.ts";
import { startPostgres } from "../support/postgres.ts";
import { startRedis } from "../support/redis.ts";
import type { Server } from "../support/server.ts";
import { type Lanes, laneCount, openLanes, tensWhile } from "./open-lanes.ts";

const startTs = 1_700_000_000_000;
const patience = { timeout: 60_000, interval: 100 };
const slow = 180_000;

/** Every reading is saved with its distance to the one before; every odd one raises an alarm and sends its number. */
const ledger: Flow = {
  id: "ledger",
  name: "Ledger",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "step", kind: "enrich", config: { delta: [{ of: "n", as: "change" }] } },
    { id: "kept", kind: "save", config: { measurement: "ledger", fields: ["n", "change"] } },
    {
      id: "odd",
      kind: "alert",
      config: {
        type: "Odd",
        severity: "minor",
        raise: { all: [{ fact: "odd", operator: "equal", value: true }] },
        clear: { all: [{ fact: "odd", operator: "equal", value: false }] },
      },
    },
    { id: "told", kind: "command", config: { method: "note", params: { n: "=n" } } },
  ],
  edges: [
    { from: "in", output: "out", to: "step" },
    { from: "step", output: "out", to: "kept" },
    { from: "in", output: "out", to: "odd" },
    { from: "odd", output: "raised", to: "told" },
  ],
  layout: {},
};

let redis: Server;
let pool: Pglite;
let table: Series;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  [redis, pool] = await Promise.all([startRedis(), openDatabase()]);
  table = await openTableSeries(pool);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  await table?.close();
  await pool?.end();
  await redis?.stop();
});

async function lanesOn(parts: { registry?: Registry; series?: LanePlaces["series"]; oldMb?: number } = {}) {
  const { registry = pool.registry, series = { type: "table" }, oldMb } = parts;
  const lanes = await openLanes({ redis: redis.url, registry, series, database: pool, oldMb });
  closing.push(() => lanes.close());
  return lanes;
}

/** Readings `first` to `last` of each device, a few at a time; resolves when all are acknowledged. */
async function sendAll(lanes: Lanes, sessions: Session[], first: number, last: number) {
  const sent: Promise<void>[] = [];
  for (let n = first; n <= last; n++) {
    for (const one of sessions) sent.push(lanes.send(one, startTs + n, { n, odd: n % 2 === 1 }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(sent);
}

/** Goes on with readings from `first` on until the work is done; gives the number of the last one. */
const sendWhile = (lanes: Lanes, sessions: Session[], first: number, work: Promise<unknown>) =>
  tensWhile(work, first, (from, to) => sendAll(lanes, sessions, from, to));

async function values(series: Series, { device }: Session, key: string, measurement = "ledger") {
  const range = { from: startTs, to: startTs + 86_400_000, limit: 10_000 };
  const samples = await series.query({ device, key, measurement, fn: "avg", ...range });
  return samples.map(({ value }) => value as number);
}

/** What the registry got of a device, in the order it came. */
async function effectsOf(registry: Registry, { device }: Session) {
  const [alarms, commands] = await Promise.all([
    registry.alarms({ device, limit: 1000 }),
    registry.commands({ device, limit: 1000 }),
  ]);
  return {
    raised: alarms.items.map(({ details }) => details.n as number).toSorted((a, b) => a - b),
    active: alarms.items.filter(({ status }) => status === "active").length,
    told: commands.items.toReversed().map(({ params }) => (params as { n: number }).n),
  };
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const odd = (last: number) => upTo(last).filter((n) => n % 2 === 1);

/** Every effect of the readings 1 to `last` (even) came once and in order. */
async function expectAll(
  sessions: Session[],
  last: number,
  { registry = pool.registry, series = table } = {},
) {
  for (const session of sessions) {
    await expect
      .poll(() => effectsOf(registry, session), patience)
      .toEqual({ raised: odd(last), active: 0, told: odd(last) });
    await expect.poll(() => values(series, session, "n"), patience).toEqual(upTo(last));
    expect(await values(series, session, "change")).toEqual(Array(last - 1).fill(1));
  }
}

const connectAll = (lanes: Lanes, count: number) =>
  Promise.all(Array.from({ length: count }, () => lanes.connect()));

test("before a node lets go of its lanes it works what waits there", async () => {
  const lanes = await lanesOn();
  const all = Array.from({ length: laneCount }, (_, lane) => lane);
  const depths = () => Promise.all(all.map((lane) => lanes.backbone.depth(lane)));
  const frames = encodeEntry({ type: "tick", at: startTs });
  for (let number = 1; number <= 50; number++)
    await Promise.all(all.map((lane) => lanes.backbone.enqueue(lane, { producer: "early", number, frames })));
  expect(await depths()).toEqual(all.map(() => 50));
  await lanes.start();
  await lanes.settle();
  expect(await depths()).toEqual(all.map(() => 0));
});

test(
  "commits whose connection is killed are repeated in place, and take effect once",
  async () => {
    const lanes = await lanesOn();
    await lanes.start();
    await lanes.deploy(ledger);
    const sessions = await connectAll(lanes, 4);
    const control = new Redis(redis.port, "127.0.0.1");
    closing.push(() => control.quit());
    let killed = 0;
    const killer = setInterval(async () => {
      killed += Number(await control.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
    }, 250);
    await sendAll(lanes, sessions, 1, 300);
    clearInterval(killer);
    await expectAll(sessions, 300);
    expect(killed).toBeGreaterThan(4);
  },
  slow,
);

test(
  "a Redis frozen for longer than a command or a lock lives loses, doubles and reorders nothing",
  async () => {
    const lanes = await lanesOn();
    await lanes.start();
    await lanes.deploy(ledger);
    const sessions = await connectAll(lanes, 4);
    const sending = sendAll(lanes, sessions, 1, 200);
    await new Promise((resolve) => setTimeout(resolve, 400));
    process.kill(redis.pid, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 6000));
    process.kill(redis.pid, "SIGCONT");
    await sending;
    await expectAll(sessions, 200);
    // And the lanes go on afterwards.
    await sendAll(lanes, sessions, 201, 220);
    await expectAll(sessions, 220);
  },
  slow,
);

test(
  "what a killed owner had committed and not delivered is delivered by the next",
  async () => {
    const lanes = await lanesOn();
    const session = await lanes.connect();
    const { device } = session;
    const lane = laneOf(device, laneCount);
    const at = { device, at: startTs };
    const effects = [
      raise({ ...at, id: `${lane}:1000:0`, details: { n: 1 } }),
      command({ ...at, id: `${lane}:1000:1`, params: { n: 1 } }),
    ];
    const point = { measurement: "ledger", tags: { device }, fields: { n: 1 }, ts: startTs };
    const store = await openRedisLanes({ url: redis.url, prefix: lanes.prefix, log: () => {} });
    closing.push(() => store.close());
    await store.commit(lane, {
      expected: 0,
      sequence: 1000,
      producer: "killed",
      number: 1,
      state: "",
      tails: "",
      wakes: "",
      effects: JSON.stringify(effects),
      points: encodeRows([point]),
    });
    await lanes.start();
    await expect
      .poll(() => effectsOf(pool.registry, session), patience)
      .toEqual({ raised: [1], active: 1, told: [1] });
    await expect.poll(() => values(table, session, "n"), patience).toEqual([1]);
    await expect
      .poll(async () => store.snapshot(lane), patience)
      .toMatchObject({ sequence: 1000, effects: [], points: [] });
  },
  slow,
);

test(
  "while the registry is away points are written; alarms and commands come once it is back",
  async () => {
    const postgres = await startPostgres();
    let running = postgres;
    closing.push(() => running.stop());
    const registry = await openRegistryThread(postgres.url);
    closing.push(() => registry.close());
    const lanes = await lanesOn({ registry });
    await lanes.start();
    await lanes.deploy(ledger);
    const sessions = await connectAll(lanes, 2);
    await sendAll(lanes, sessions, 1, 20);
    await expectAll(sessions, 20, { registry });

    await postgres.kill();
    await sendAll(lanes, sessions, 21, 40);
    for (const session of sessions)
      await expect.poll(() => values(table, session, "n"), patience).toEqual(upTo(40));
    await expect(registry.check()).rejects.toMatchObject({ code: "unavailable" });

    running = await startPostgres({ port: postgres.port, dir: postgres.dir });
    await expectAll(sessions, 40, { registry });
  },
  slow,
);

test(
  "while InfluxDB is away alarms and commands come; points come once it is back, none is lost",
  async () => {
    const influx = await startInflux();
    let running: Server = influx;
    closing.push(() => running.stop());
    const settings = { url: influx.url, bucket: influx.database, version: 1 } as const;
    const series = openInflux(settings);
    closing.push(() => series.close());
    const lanes = await lanesOn({ series: { type: "influx", settings } });
    await lanes.start();
    await lanes.deploy(ledger);
    const sessions = await connectAll(lanes, 2);
    await sendAll(lanes, sessions, 1, 20);
    await expectAll(sessions, 20, { series });

    await influx.kill();
    await sendAll(lanes, sessions, 21, 40);
    for (const session of sessions)
      await expect
        .poll(() => effectsOf(pool.registry, session), patience)
        .toEqual({ raised: odd(40), active: 0, told: odd(40) });
    await expect(series.check()).rejects.toMatchObject({ code: "unavailable" });

    running = await startInflux({ port: influx.port, dir: influx.dir });
    await expectAll(sessions, 40, { series });
  },
  slow,
);

/** Writes its number twice, by two nodes. */
const numbered = (version: number): Flow => {
  const writes = (as: string) => ({ calculate: [{ as, expression: String(version) }] });
  return {
    id: "numbered",
    name: "Numbered",
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: {} },
      { id: "a", kind: "enrich", config: writes("a") },
      { id: "b", kind: "enrich", config: writes("b") },
      { id: "kept", kind: "save", config: { measurement: "numbered" } },
    ],
    edges: [
      { from: "in", output: "out", to: "a" },
      { from: "a", output: "out", to: "b" },
      { from: "b", output: "out", to: "kept" },
    ],
    layout: {},
  };
};

test(
  "a deployment falls between two batches: no reading sees two versions, and none goes back",
  async () => {
    const lanes = await lanesOn();
    await lanes.start();
    await lanes.deploy(numbered(1));
    const sessions = await connectAll(lanes, 6);
    let last = 20;
    await sendAll(lanes, sessions, 1, last);
    for (const version of [2, 3, 4])
      last = await sendWhile(lanes, sessions, last + 1, lanes.deploy(numbered(version)));
    await sendAll(lanes, sessions, last + 1, last + 20);
    for (const session of sessions) {
      const of = (key: string) => values(table, session, key, "numbered");
      await expect.poll(async () => (await of("a")).length, patience).toBe(last + 20);
      const [first, second] = [await of("a"), await of("b")];
      expect(second).toEqual(first);
      expect(first).toEqual(first.toSorted((a, b) => a - b));
      expect(new Set(first)).toEqual(new Set([1, 2, 3, 4]));
    }
  },
  slow,
);

const windowed: Flow = {
  id: "windowed",
  name: "Windowed",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "sum",
      kind: "aggregate",
      config: { window: { size: "1s" }, values: [{ of: "n", fn: "sum", as: "total" }] },
    },
    { id: "kept", kind: "save", config: { measurement: "windowed", fields: ["total"] } },
  ],
  edges: [
    { from: "in", output: "out", to: "sum" },
    { from: "sum", output: "window", to: "kept" },
  ],
  layout: {},
};

test(
  "the window of a device that fell silent closes by a tick, without a further message",
  async () => {
    const lanes = await lanesOn();
    await lanes.start();
    await lanes.deploy(windowed);
    const session = await lanes.connect();
    const sentAt = performance.now();
    await Promise.all([3, 4].map((n) => lanes.send(session, startTs + n, { n })));
    await expect.poll(() => values(table, session, "total", "windowed"), patience).toEqual([7]);
    // When its time was over, and no sooner.
    expect(performance.now() - sentAt).toBeGreaterThan(900);
  },
  slow,
);

async function lettersOf({ device }: Session) {
  const { items } = await pool.registry.deadLetters({ device, limit: 100 });
  return items
    .toReversed()
    .map(({ reason, raw }) => ({ reason, text: Buffer.from(raw!, "base64").toString() }));
}

test(
  "of several messages in one batch that never end each is one dead letter; those between them are evaluated once",
  async () => {
    const lanes = await lanesOn();
    await lanes.start();
    await lanes.deploy(ledger);
    await lanes.deploy(poisonFlow);
    const [session] = await connectAll(lanes, 1);
    await sendAll(lanes, [session!], 1, 1);
    const poisonous = [1, 2, 3].map((number) => costly("loops", number));
    await Promise.all(
      poisonous.flatMap((text, i) => [
        lanes.sendText(session!, text),
        lanes.send(session!, startTs + i + 2, { n: i + 2, odd: i % 2 === 1 }),
      ]),
    );
    await expectAll([session!], 4);
    expect(await lettersOf(session!)).toEqual(
      poisonous.map((text) => ({ reason: "evaluation_timeout", text })),
    );
  },
  slow,
);

test(
  "a message that needs all memory of its thread is one dead letter; those around it are evaluated once",
  async () => {
    const lanes = await lanesOn({ oldMb: 64 });
    await lanes.start();
    await lanes.deploy(ledger);
    await lanes.deploy(poisonFlow);
    const [session] = await connectAll(lanes, 1);
    await sendAll(lanes, [session!], 1, 10);
    const text = costly("bursts", 0);
    await lanes.sendText(session!, text);
    await sendAll(lanes, [session!], 11, 20);
    await expectAll([session!], 20);
    expect(await lettersOf(session!)).toEqual([{ reason: "evaluation_crashed", text }]);
  },
  slow,
);

test(
  "an upload of ten thousand readings is evaluated, however long it takes",
  async () => {
    const lanes = await lanesOn();
    await lanes.start();
    await lanes.deploy(ledger);
    const [session] = await connectAll(lanes, 1);
    const readings = upTo(10_000).map((n) => ({ ts: startTs + n, values: { n } }));
    await lanes.sendText(session!, JSON.stringify(readings));
    await expect.poll(async () => (await values(table, session!, "n")).length, patience).toBe(10_000);
    expect(await lettersOf(session!)).toEqual([]);
  },
  slow,
);
