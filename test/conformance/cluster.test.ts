import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backbone, LaneStore } from "../../engine/store/backbone/port.ts";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { openRedisLanes } from "../../engine/store/backbone/redis-lanes.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";

let cluster: RedisCluster;
let backbone: Backbone;
let store: LaneStore;

beforeAll(async () => {
  cluster = await startRedisCluster();
  const settings = { url: cluster.url, prefix: "test", log: () => {} };
  backbone = await openRedisBackbone({ ...settings, lanes: 1 });
  store = await openRedisLanes(settings);
}, 120_000);

afterAll(async () => {
  await store.close();
  await backbone.close();
  await cluster.stop();
});

/** As the intake does: what was not told to be kept is put again under its number. */
async function put(number: number) {
  const batch = { producer: "p1", number, frames: `frames ${number}` };
  await expect.poll(() => backbone.enqueue(0, batch).then(() => "kept", String)).toBe("kept");
}

test("a single node of a cluster is refused with the mend; the same one named twice will do", async () => {
  const [node] = cluster.nodes;
  const settings = { prefix: "other", lanes: 1, log: () => {} };
  await expect(openRedisBackbone({ ...settings, url: node!.url })).rejects.toThrow(
    /Name several hosts of it/,
  );
  const twice = await openRedisBackbone({ ...settings, url: `${node!.url},${node!.url}` });
  await twice.enqueue(0, { producer: "p1", number: 1, frames: "" });
  expect(await twice.depth(0)).toBe(1);
  await twice.close();
});

test("a master that hangs and then goes on: its lane moves to the replica, without loss and in order", async () => {
  const taken: number[] = [];
  const worker = store.work(0, async ({ number }) => {
    if (number > (taken.at(-1) ?? 0)) taken.push(number);
    return true;
  });
  const master = await cluster.masterOf("{test-lane0}");
  for (const number of [1, 2, 3]) await put(number);
  process.kill(master.pid, "SIGSTOP");
  try {
    for (const number of [4, 5, 6]) await put(number);
  } finally {
    process.kill(master.pid, "SIGCONT");
  }
  for (const number of [7, 8, 9]) await put(number);
  await expect.poll(() => taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await worker.close();
  // It comes back as a replica, so there is one to wait for again.
  const follows = async () =>
    /role:slave[\s\S]*master_link_status:up/.test(await cluster.say(master, "info"));
  await expect.poll(follows).toBe(true);
  await put(10);
}, 120_000);
