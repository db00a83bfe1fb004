import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { check, faultless } from "./checker.ts";
import { fillDisk } from "./disk.ts";
import { isThere } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { defineScenario } from "./scenario.ts";

const scales = {
  short: { devices: 20, perSecond: 600, rounds: 1, fullMs: 2500 },
  long: { devices: 40, perSecond: 2000, rounds: 3, fullMs: 8000 },
};
/** What was on its way when the store filled up may still be answered: resolves when nothing is any more. */
async function quiet(fleet: Fleet) {
  let before = -1;
  for (const until = Date.now() + 20_000; fleet.acknowledged !== before && Date.now() < until; ) {
    before = fleet.acknowledged;
    await sleep(500);
  }
}

export const fillMemory = defineScenario({
  name: "fill-memory",
  title: "while Redis has no memory left nothing is acknowledged, and afterwards nothing is missing",
  ...scales,
  expected: { ...faultless, acknowledgedWhileFull: 0 },
  async run(world, { devices, perSecond, rounds, fullMs }) {
    const fleet = await Fleet.start(world, { name: "memory", devices, perSecond });
    const client = new Redis(world.redis.url);
    let acknowledgedWhileFull = 0;
    let refusal = "";
    for (let round = 0; round < rounds; round++) {
      await sleep(1000);
      await client.config("SET", "maxmemory", "1mb");
      refusal = await client.set("chaos", "1").then(
        () => "",
        (error: Error) => error.message,
      );
      if (!refusal.startsWith("OOM")) throw new Error(`Redis is not full: ${refusal || "it took a write"}.`);
      await quiet(fleet);
      const before = fleet.acknowledged;
      await sleep(fullMs);
      acknowledgedWhileFull += fleet.acknowledged - before;
      await client.config("SET", "maxmemory", "0");
    }
    client.disconnect();
    await fleet.finish();
    return { ...(await check(world, fleet)), rounds, acknowledgedWhileFull, refusal: `"${refusal}"` };
  },
});

export const fillDiskOfRedis = defineScenario({
  name: "fill-disk",
  title: "while the disk of Redis is full nothing is acknowledged, and afterwards nothing is missing",
  ...scales,
  expected: { ...faultless, acknowledgedWhileFull: 0 },
  async run(world, { devices, perSecond, rounds, fullMs }) {
    const fleet = await Fleet.start(world, { name: "disk", devices, perSecond });
    let acknowledgedWhileFull = 0;
    let takenMb = 0;
    for (let round = 0; round < rounds; round++) {
      await sleep(1000);
      const filler = fillDisk(world.redisDir);
      takenMb = filler.takenMb;
      // With appendfsync always, Redis ends rather than answer for what it cannot keep.
      for (const until = Date.now() + 10_000; isThere(world.redis.pid); await sleep(20))
        if (Date.now() > until) throw new Error("Redis runs on although its disk is full.");
      await quiet(fleet);
      const before = fleet.acknowledged;
      await sleep(fullMs);
      acknowledgedWhileFull += fleet.acknowledged - before;
      filler.free();
      await world.restart("redis");
    }
    await fleet.finish();
    return { ...(await check(world, fleet)), rounds, takenMb, acknowledgedWhileFull };
  },
});
