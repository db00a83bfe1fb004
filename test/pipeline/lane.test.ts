import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry, UploadEntry } from "../../engine/flow/entry.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { evaluate } from "../../engine/pipeline/evaluate.ts";
import { encodeEntry } from "../../engine/pipeline/frame.ts";
import { type CondemnedEntry, Lane, type LaneParts } from "../../engine/pipeline/lane.ts";
import type { Report } from "../../engine/pipeline/report.ts";
import { Way } from "../../engine/pipeline/way.ts";
import type { Backbone, LaneStore } from "../../engine/store/backbone/port.ts";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { openRedisLanes } from "../../engine/store/backbone/redis-lanes.ts";
import { startRedis } from "../support/redis.ts";

let control: Redis;
let redis: Awaited<ReturnType<typeof startRedis>>;
let backbone: Backbone;
let store: LaneStore;
beforeAll(async () => {
  redis = await startRedis();
  control = new Redis(redis.port, "127.0.0.1");
  const place = { url: redis.url, prefix: "lane", log: () => {} };
  backbone = await openRedisBackbone({ ...place, lanes: 9 });
  store = await openRedisLanes(place);
});
afterAll(async () => {
  await control.quit();
  await store.close();
  await backbone.close();
  await redis.stop();
});

/** Saves each reading with its distance to the one before. */
const steps: Flow = {
  id: "steps",
  name: "Steps",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "step", kind: "enrich", config: { delta: [{ of: "n", as: "change" }] } },
    { id: "kept", kind: "save", config: { measurement: "steps", fields: ["n", "change"] } },
  ],
  edges: [
    { from: "in", output: "out", to: "step" },
    { from: "step", output: "out", to: "kept" },
  ],
  layout: {},
};
const deploy: Entry = {
  type: "deploy",
  deployment: { revision: 1, flows: [{ version: 1, definition: steps }] },
};
const device = { id: "d1", name: "one", profile: "default", revision: 1, attributes: {} };
const reading = (n: number, id = "d1"): Entry => ({
  type: "upload",
  device: id,
  upload: "telemetry",
  arrivedAt: n,
  payload: JSON.stringify({ ts: n, values: { n } }),
  binary: false,
  id: "",
  checkId: false,
  context: { ...device, id },
});

type Row = [
  measurement: string,
  device: string,
  ts: number,
  tags: object,
  fields: { n: number; change?: number },
];

interface Opened {
  lane: Lane;
  /** Rows of points, in the order they were handed on: n and change. */
  points: [number, number | undefined][];
  reports: Report[];
}

const observer = { evaluated() {}, committed() {}, stage() {}, delivered() {}, backlog() {}, archived() {} };

async function open(
  lane: number,
  parts: Partial<LaneParts> = {},
  condemned?: CondemnedEntry,
): Promise<Opened> {
  const points: Opened["points"] = [];
  const reports: Report[] = [];
  const way = new Way({
    part: "points",
    gatherMs: 0,
    outbox: store,
    async write(items) {
      for (const { body } of items)
        for (const row of JSON.parse(body) as Row[]) points.push([row[4].n, row[4].change]);
    },
    observer,
    log: () => {},
  });
  const all: LaneParts = {
    store,
    points: way,
    format: "rows",
    maxAheadMs: 86_400_000,
    maxDevices: 20_000,
    observer,
    tell: (report) => reports.push(report),
    log: () => {},
    ...parts,
  };
  return { lane: await Lane.open(all, { lane, condemned }), points, reports };
}

async function send(lane: number, numbers: number[], from = 1) {
  await backbone.enqueue(lane, { producer: "p", number: from, frames: encodeEntry(deploy) });
  for (const [i, n] of numbers.entries())
    await backbone.enqueue(lane, { producer: "p", number: from + 1 + i, frames: encodeEntry(reading(n)) });
}

test("an evaluation that fails, before or after it changed the state, is repeated in place", async () => {
  let turn = 0;
  const { lane, points } = await open(0, {
    evaluate(...args) {
      turn++;
      if (turn % 3 === 1) throw new Error("It ended before the evaluation.");
      const evaluated = evaluate(...args);
      if (turn % 3 === 2) throw new Error("It ended after the evaluation.");
      return evaluated;
    },
  });
  const numbers = Array.from({ length: 20 }, (_, i) => i + 1);
  await send(0, numbers);
  await expect.poll(() => points.length).toBe(20);
  await lane.close();
  expect(points).toEqual(numbers.map((n) => [n, n === 1 ? undefined : 1]));
  expect(turn).toBeGreaterThan(60);
});

/** Three readings in one batch. */
async function sendThree(lane: number) {
  const frames = encodeEntry(deploy) + [1, 2, 3].map((n) => encodeEntry(reading(n))).join("");
  await backbone.enqueue(lane, { producer: "p", number: 1, frames });
}

const lettersOf = ({ reports }: Opened) =>
  reports.flatMap((one) => (one.type === "committed" && one.effects ? JSON.parse(one.effects) : []));

const isSecond = (entry: Entry) => entry.type === "upload" && entry.payload.includes('"n":2');

test("an entry whose evaluation always fails becomes a dead letter, and those around it are evaluated once", async () => {
  const opened = await open(6, {
    evaluate(state, entries, options) {
      if (entries.some(isSecond) && !options.condemned) throw new Error("A fault of ours.");
      return evaluate(state, entries, options);
    },
  });
  await sendThree(6);
  await expect.poll(() => opened.points.map(([n]) => n)).toEqual([1, 3]);
  await backbone.enqueue(6, { producer: "p", number: 2, frames: encodeEntry(reading(4)) });
  await expect.poll(() => opened.points.map(([, change]) => change)).toEqual([undefined, 2, 1]);
  await opened.lane.close();
  expect(lettersOf(opened)).toMatchObject([
    {
      reason: "evaluation_failed",
      message: expect.stringContaining("A fault of ours."),
      raw: Buffer.from(JSON.stringify({ ts: 2, values: { n: 2 } })).toString("base64"),
    },
  ]);
});

test("an entry that the store never takes becomes a dead letter; a store that is away is waited for", async () => {
  let away = 20;
  const picky: LaneStore = {
    ...store,
    async commit(lane, commit) {
      if (away-- > 0) throw new MillraceError("unavailable", "It is away.");
      if (commit.points.includes('"n":2')) throw new Error("value out of range");
      return store.commit(lane, commit);
    },
  };
  const opened = await open(7, { store: picky });
  await sendThree(7);
  await expect.poll(() => opened.points.map(([n]) => n)).toEqual([1, 3]);
  await opened.lane.close();
  expect(away).toBeLessThan(0);
  expect(lettersOf(opened)).toMatchObject([{ reason: "evaluation_failed" }]);
});

test("a batch that often changed hands is committed entry by entry, also by several owners", async () => {
  await sendThree(8);
  let starts = 0;
  for (; starts < 3; starts++) {
    let began = () => {};
    const begun = new Promise<void>((resolve) => {
      began = resolve;
    });
    const worker = store.work(8, async () => {
      began();
      return false;
    });
    await begun;
    await worker.close();
    await store.reclaim(8);
  }
  let commits = 0;
  const failing: LaneStore = {
    ...store,
    async commit(lane, commit) {
      if (++commits > 4) throw new MillraceError("unavailable", "It is away.");
      return store.commit(lane, commit);
    },
  };
  // Two entries, each noted before; the note of the third one does not get through.
  const first = await open(8, { store: failing });
  await expect.poll(() => commits).toBeGreaterThan(5);
  await first.lane.close();
  const second = await open(8);
  await store.reclaim(8);
  await expect.poll(() => second.points.length).toBe(2);
  await second.lane.close();
  expect([...first.points, ...second.points]).toEqual([
    [1, undefined],
    [2, 1],
    [3, 1],
  ]);
  expect([...lettersOf(first), ...lettersOf(second)]).toEqual([]);
});

test("a batch that comes twice takes effect once, and its commit is told twice", async () => {
  await send(1, [1, 2, 3]);
  await backbone.enqueue(1, { producer: "p", number: 4, frames: encodeEntry(reading(3)) });
  const { lane, points, reports } = await open(1);
  const told = () => reports.flatMap((one) => (one.type === "committed" ? [one.number] : []));
  await expect.poll(told).toEqual([1, 2, 3, 4, 4]);
  await lane.close();
  expect(points).toEqual([
    [1, undefined],
    [2, 1],
    [3, 1],
  ]);
});

test("an entry that is condemned becomes a dead letter, and those around it are evaluated", async () => {
  const first = await open(2);
  await send(2, [1]);
  await expect.poll(() => first.points.length).toBe(1);
  await first.lane.close();
  const frames = [2, 3, 4].map((n) => encodeEntry(reading(n))).join("");
  await backbone.enqueue(2, { producer: "q", number: 1, frames });
  const condemned = { batch: 1, index: 1, reason: "evaluation_timeout", message: "It never ended." };
  const { lane, points, reports } = await open(2, {}, condemned);
  await expect.poll(() => points.map(([n]) => n)).toEqual([2, 4]);
  await lane.close();
  const letters = reports.flatMap((one) =>
    one.type === "committed" && one.effects ? JSON.parse(one.effects) : [],
  );
  expect(letters).toMatchObject([
    {
      type: "dead-letter",
      device: "d1",
      reason: "evaluation_timeout",
      message: "It never ended.",
      raw: Buffer.from(JSON.stringify({ ts: 3, values: { n: 3 } })).toString("base64"),
    },
  ]);
});

test("of an upload that is condemned the device and the id are kept: what follows is known, a repetition is not evaluated", () => {
  const options = { lane: 0, maxAheadMs: 0, plan: compilePlan([]), compile: () => compilePlan([]) };
  const state = new LaneState();
  const poison: Entry = { ...(reading(1) as UploadEntry), id: "poison-1", checkId: true };
  const condemned = { index: 0, reason: "evaluation_timeout", message: "It never ended." };
  const first = run({ ...options, condemned }, state, [poison]);
  expect(first.effects).toMatchObject([{ type: "dead-letter", reason: "evaluation_timeout" }]);
  state.merge(first);
  const { context, ...later } = reading(2) as UploadEntry;
  const second = run(options, state, [poison, later]);
  expect(second.effects).toEqual([]);
  expect(second.repeated).toBe(1);
});

test("what a lane does not hold in memory is read when its device sends, also by the next owner", async () => {
  const first = await open(3, { maxDevices: 2 });
  await send(3, []);
  const devices = ["a", "b", "c", "d", "e"];
  const round = async (n: number) => {
    const frames = devices.map((id) => encodeEntry(reading(n, id))).join("");
    await backbone.enqueue(3, { producer: "p", number: n + 1, frames });
  };
  for (const n of [1, 2, 3]) await round(n);
  await expect.poll(() => first.points.length).toBe(15);
  await first.lane.close();
  const next = await open(3, { maxDevices: 2 });
  await round(4);
  await expect.poll(() => next.points.length).toBe(5);
  await next.lane.close();
  expect(first.points.slice(0, 5)).toEqual(devices.map(() => [1, undefined]));
  expect([...first.points.slice(5), ...next.points].map(([, change]) => change)).toEqual(Array(15).fill(1));
});

test("points that another owner committed and did not deliver are read from the outbox", async () => {
  await store.commit(4, {
    expected: 0,
    sequence: 8,
    producer: "gone",
    number: 1,
    state: "",
    tails: "",
    wakes: "",
    effects: "",
    points: '[["steps","d1",1,{},{"n":7}]]',
  });
  const { lane, points } = await open(4);
  await expect.poll(() => points).toEqual([[7, undefined]]);
  await expect.poll(async () => (await store.snapshot(4)).points).toEqual([]);
  await lane.close();
});

test("the ids of a lane whose store was set back are new", async () => {
  const ids = async (opened: Opened) => {
    await expect
      .poll(() => opened.reports.filter(({ type }) => type === "committed").length)
      .toBeGreaterThan(0);
    await opened.lane.close();
    return opened.reports.flatMap((one) => (one.type === "committed" ? [one.sequence] : []));
  };
  const read = (part: string) => control.hgetall(`{lane-lane1}:${part}`);
  const before = await read("checkpoint");
  await backbone.enqueue(1, { producer: "later", number: 1, frames: encodeEntry(reading(4)) });
  const [first] = await ids(await open(1));
  // As a power cut leaves it: the last commit is gone.
  await control.hset("{lane-lane1}:checkpoint", before);
  await control.hdel("{lane-lane1}:checkpoint", "p:later");
  await backbone.enqueue(1, { producer: "later", number: 1, frames: encodeEntry(reading(5)) });
  const [second] = await ids(await open(1));
  expect(second).toBeGreaterThan(first!);
});

test("the last batch of an owner that gives the lane up is delivered, though the next owner is there already", async () => {
  let evaluating = () => {};
  const began = new Promise<void>((resolve) => {
    evaluating = resolve;
  });
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const slow: LaneStore = {
    ...store,
    async commit(...args) {
      evaluating();
      await gate;
      return store.commit(...args);
    },
  };
  const leaving = await open(5, { store: slow });
  await backbone.enqueue(5, {
    producer: "p",
    number: 1,
    frames: encodeEntry(deploy) + encodeEntry(reading(1)),
  });
  await began;
  const closing = leaving.lane.close();
  const next = await open(5);
  go();
  await closing;
  await expect.poll(() => [...leaving.points, ...next.points]).toEqual([[1, undefined]]);
  await next.lane.close();
});
