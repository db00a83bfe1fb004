import { setTimeout as sleep } from "node:timers/promises";
import { check, faultless } from "./checker.ts";
import { outage } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { cutPower as cut } from "./power-cut.ts";
import { defineScenario } from "./scenario.ts";

/** Redis dies, and its files lose what was not synced. The world's Redis must run with the power-cut library. */
export const cutPower = defineScenario({
  name: "cut-power",
  title: "a power cut of Redis loses nothing that was acknowledged, with appendfsync always",
  short: { devices: 20, perSecond: 600, cuts: 2 },
  long: { devices: 40, perSecond: 2000, cuts: 10 },
  expected: faultless,
  async run(world, { devices, perSecond, cuts }) {
    const fleet = await Fleet.start(world, { name: "cut", devices, perSecond });
    let droppedBytes = 0;
    let syncs = 0;
    for (let round = 0; round < cuts; round++) {
      await sleep(1500);
      await outage(world, "redis", 300, async () => {
        const left = cut(world.redisDir);
        droppedBytes += left.droppedBytes;
        syncs += left.syncs;
      });
    }
    await sleep(1000);
    await fleet.finish();
    if (syncs === 0) throw new Error("Nothing was ever synced: the power-cut library is not at work.");
    return { ...(await check(world, fleet)), cuts, syncs, droppedBytes };
  },
});
