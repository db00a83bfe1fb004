import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backbone, LaneStore } from "../../engine/store/backbone/port.ts";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { openRedisLanes } from "../../engine/store/backbone/redis-lanes.ts";
import { startRedis } from "../support/redis.ts";
import type { Server } from "../support/server.ts";

let master: Server;
let replica: Server;
let backbone: Backbone;
let store: LaneStore;

beforeAll(async () => {
  master = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
  replica = await startRedis({ args: ["--replicaof", "127.0.0.1", `${master.port}`] });
  const settings = { url: master.url, prefix: "test", log: () => {} };
  backbone = await openRedisBackbone({ ...settings, lanes: 2 });
  store = await openRedisLanes(settings);
});

afterAll(async () => {
  await store.close();
  await backbone.close();
  await Promise.all([replica.stop(), master.stop()]);
});

const batch = (number: number) => ({ producer: "p1", number, frames: "frames" });
const commit = (sequence: number) => ({
  expected: sequence - 1,
  sequence,
  producer: "p1",
  number: sequence,
  state: "",
  tails: "",
  wakes: "",
  effects: "",
  points: "",
});
test("while its replica hangs, nothing is told to be kept", async () => {
  const asked = new Redis(master.url);
  await expect.poll(() => asked.info("replication")).toMatch(/^slave0:.*state=online/m);
  asked.disconnect();
  // It may be known as one that follows before it answers in time.
  await expect.poll(() => backbone.enqueue(0, batch(1)).then(() => "kept", String)).toBe("kept");
  // The count of replicas is asked again only after a while.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  process.kill(replica.pid, "SIGSTOP");
  try {
    await expect(backbone.enqueue(0, batch(2))).rejects.toThrow(
      /no replica of 127.0.0.1:\d+ took what was written/,
    );
    await expect(store.commit(0, commit(1))).rejects.toMatchObject({ code: "unavailable" });
    await expect(store.snapshot(0)).rejects.toMatchObject({ code: "unavailable" });
  } finally {
    process.kill(replica.pid, "SIGCONT");
  }
});

test("what was not told is there all the same when the replica goes on: the lane sees that it was committed", async () => {
  await expect.poll(() => store.snapshot(0).catch(() => undefined)).toMatchObject({ sequence: 1 });
  expect(await store.commit(0, commit(1))).toBe("conflict");
  expect(await store.commit(0, commit(2))).toBe("committed");
});

test("without its replica Redis takes what comes by itself", async () => {
  await replica.kill();
  await expect.poll(() => backbone.enqueue(0, batch(3)).then(() => "kept", String)).toBe("kept");
});
