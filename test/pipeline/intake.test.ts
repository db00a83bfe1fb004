import { afterAll, beforeAll, expect, test } from "vitest";
import type { UploadEntry } from "../../engine/flow/entry.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import { decodeEntries } from "../../engine/pipeline/frame.ts";
import { Intake } from "../../engine/pipeline/intake.ts";
import { batchSize } from "../../engine/pipeline/lane-intake.ts";
import type { Backbone, Batch, LaneStore } from "../../engine/store/backbone/port.ts";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { openRedisLanes } from "../../engine/store/backbone/redis-lanes.ts";
import { startRedis } from "../support/redis.ts";

let redis: Awaited<ReturnType<typeof startRedis>>;
let backbone: Backbone;
let store: LaneStore;
beforeAll(async () => {
  redis = await startRedis();
  backbone = await openRedisBackbone({ url: redis.url, lanes: 2, prefix: "intake", log: () => {} });
  store = await openRedisLanes({ url: redis.url, prefix: "intake", log: () => {} });
});
afterAll(async () => {
  await store.close();
  await backbone.close();
  await redis.stop();
});

const entry = (n: number): UploadEntry => ({
  type: "upload",
  device: "d1",
  upload: "telemetry",
  arrivedAt: n,
  payload: `{"n":${n}}`,
  binary: false,
  id: "",
  checkId: false,
});

/** Works the lane until `count` entries came; gives the batches. */
function takeAll(from: LaneStore, lane: number, count: number): Promise<Batch[]> {
  const taken: Batch[] = [];
  let entries = 0;
  return new Promise((resolve) => {
    const worker = from.work(lane, async (batch) => {
      taken.push(batch);
      entries += decodeEntries(batch.frames).length;
      if (entries >= count) void worker.close().then(() => resolve(taken));
      return true;
    });
  });
}

test("2,000 entries put at once are few batches, in order, numbered without a gap", async () => {
  const intake = new Intake(backbone, () => {});
  const all = takeAll(store, 0, 2000);
  await Promise.all(Array.from({ length: 2000 }, (_, n) => intake.put(0, entry(n))));
  const taken = await all;
  const order = taken.flatMap(({ frames }) =>
    decodeEntries(frames).map((one) => (one as UploadEntry).arrivedAt),
  );
  expect(order).toEqual(Array.from({ length: 2000 }, (_, n) => n));
  expect(taken.map(({ number }) => number)).toEqual(taken.map((_, index) => index + 1));
  expect(taken.length).toBeLessThanOrEqual(Math.ceil(2000 / batchSize) + 1);
});

test("a lane that is full refuses by a code, and takes again when it has room", async () => {
  const frozen: Backbone = { ...backbone, enqueue: () => new Promise(() => {}) };
  const intake = new Intake(frozen, () => {});
  for (let n = 0; n < 20_000; n++) void intake.put(1, entry(n));
  expect(() => intake.put(1, entry(0))).toThrow(MillraceError);
  expect(() => intake.put(1, entry(0))).toThrow(/wait for lane 1/);
  // Another lane is not affected.
  expect(() => intake.put(0, entry(0))).not.toThrow();
});

test("two batches that are not committed hold the next one back, and what gathers meanwhile is one batch", async () => {
  const intake = new Intake(backbone, () => {});
  await intake.put(1, entry(0));
  await intake.put(1, entry(1));
  const later = Promise.all(Array.from({ length: 100 }, (_, n) => intake.put(1, entry(n + 2))));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await backbone.depth(1)).toBe(2);
  expect(intake.waiting).toBe(100);
  const taken = await takeAll(store, 1, 102);
  await later;
  expect(taken.map(({ frames }) => decodeEntries(frames).length)).toEqual([1, 1, 100]);
});

test("a commit that is heard of lets the next batch go, while the queue still holds the one before", async () => {
  const intake = new Intake(backbone, () => {});
  await intake.put(1, entry(0));
  await intake.put(1, entry(1));
  const third = intake.put(1, entry(2));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(intake.waiting).toBe(1);
  intake.committed(1, "another", 2);
  intake.committed(1, intake.producer, 1);
  await third;
  expect(await backbone.depth(1)).toBe(3);
  await takeAll(store, 1, 3);
});

test("entries put while Redis is away are enqueued once it is back, each once", async () => {
  const away = await startRedis();
  const shaky = await openRedisBackbone({ url: away.url, lanes: 1, prefix: "shaky", log: () => {} });
  const intake = new Intake(shaky, () => {});
  const shakyStore = await openRedisLanes({ url: away.url, prefix: "shaky", log: () => {} });
  const all = takeAll(shakyStore, 0, 4);
  await intake.put(0, entry(0));
  process.kill(away.pid, "SIGSTOP");
  const later = Promise.all([1, 2, 3].map((n) => intake.put(0, entry(n))));
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.kill(away.pid, "SIGCONT");
  await later;
  expect(intake.waiting).toBe(0);
  const taken = (await all).flatMap(({ frames }) => decodeEntries(frames));
  expect(taken.map((one) => (one as UploadEntry).arrivedAt)).toEqual([0, 1, 2, 3]);
  await shakyStore.close();
  await shaky.close();
  await away.stop();
});
