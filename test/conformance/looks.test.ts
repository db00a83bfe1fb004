import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { openRedisLanes } from "../../engine/store/backbone/redis-lanes.ts";
import { startRedis } from "../support/redis.ts";

const batches = 20;

test("the worker of a lane looks for a batch when one came and when it has finished one, and not again", async () => {
  const redis = await startRedis();
  const settings = { url: redis.url, prefix: "looks", log: () => {} };
  const backbone = await openRedisBackbone({ ...settings, lanes: 1 });
  const store = await openRedisLanes(settings);
  const asked = new Redis(redis.url);
  const count = async (section: string, pattern: RegExp) =>
    Number(pattern.exec(await asked.info(section))?.[1] ?? 0);
  const looks = () => count("commandstats", /^cmdstat_rpoplpush:calls=(\d+)/m);
  const isWaiting = async () => (await count("clients", /^blocked_clients:(\d+)/m)) === 1;

  let done = 0;
  const nothing = { effects: "", points: "", state: "", tails: "", wakes: "" };
  const worker = store.work(0, async ({ producer, number }) => {
    const commit = { expected: number - 1, sequence: number, producer, number, ...nothing };
    expect(await store.commit(0, commit)).toBe("committed");
    done = number;
    return true;
  });
  try {
    await expect.poll(isWaiting).toBe(true);
    const before = await looks();
    for (let number = 1; number <= batches; number++) {
      await backbone.enqueue(0, { producer: "p1", number, frames: "x" });
      await expect.poll(async () => done === number && (await isWaiting()), { interval: 5 }).toBe(true);
    }
    const each = ((await looks()) - before) / batches;
    expect(each).toBeGreaterThanOrEqual(1.5);
    expect(each).toBeLessThan(2.5);
  } finally {
    await worker.close();
    await store.close();
    await backbone.close();
    asked.disconnect();
    await redis.stop();
  }
}, 30_000);
