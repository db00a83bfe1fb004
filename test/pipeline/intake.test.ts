import { afterAll, beforeAll, expect, test } from "vitest";
import type { UploadEntry } from "../../engine/flow/entry.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import { decodeEntries } from "../../engine/pipeline/frame.ts";
import { batchSize, Intake } from "../../engine/pipeline/intake.ts";
import type { Backbone, Batch } from "../../engine/store/backbone/port.ts";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { startRedis } from "../support/redis.ts";

let redis: Awaited<ReturnType<typeof startRedis>>;
let backbone: Backbone;
beforeAll(async () => {
  redis = await startRedis();
  backbone = await openRedisBackbone({ url: redis.url, lanes: 2, prefix: "intake", log: () => {} });
});
afterAll(async () => {
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

async function takeAll(lane: number, count: number): Promise<Batch[]> {
  const taken: Batch[] = [];
  let entries = 0;
  await new Promise<void>((resolve) => {
    const worker = backbone.work(lane, async (batch) => {
      taken.push(batch);
      entries += decodeEntries(batch.frames).length;
      if (entries >= count) void worker.close().then(resolve);
      return true;
    });
  });
  return taken;
}

test("2,000 entries put at once are few batches, in order, numbered without a gap", async () => {
  const intake = new Intake(backbone, () => {});
  await Promise.all(Array.from({ length: 2000 }, (_, n) => intake.put(0, entry(n))));
  const taken = await takeAll(0, 2000);
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

test("entries put while Redis is away are enqueued once it is back, each once", async () => {
  const away = await startRedis();
  const shaky = await openRedisBackbone({ url: away.url, lanes: 1, prefix: "shaky", log: () => {} });
  const intake = new Intake(shaky, () => {});
  await intake.put(0, entry(0));
  process.kill(away.pid, "SIGSTOP");
  const later = Promise.all([1, 2, 3].map((n) => intake.put(0, entry(n))));
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.kill(away.pid, "SIGCONT");
  await later;
  expect(intake.waiting).toBe(0);
  expect(await shaky.depth(0)).toBeGreaterThan(0);
  await shaky.close();
  await away.stop();
});
