import { setTimeout as sleep } from "node:timers/promises";
import { check } from "./checker.ts";
import { outage } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { cutPower as cut, unsyncedBytes } from "./power-cut.ts";
import { defineScenario } from "./scenario.ts";

/** What was acknowledged in the last second may go; the lanes then stand where they stood before, and go on from there. */
export const cutPowerEverysec = defineScenario({
  name: "cut-power-everysec",
  title:
    "with appendfsync everysec a power cut takes the last second, and nothing that is acknowledged after it",
  short: { devices: 20, perSecond: 400, markEvery: 2, beforeMs: 2900, checkMs: 6000 },
  long: { devices: 40, perSecond: 1000, markEvery: 3, beforeMs: 10_900, checkMs: 15_000 },
  expected: { lostAfter: 0, missingEffectsAfter: 0 },
  async run(world, { devices, perSecond, markEvery, beforeMs, checkMs }) {
    const fleet = await Fleet.start(world, { name: "lazy", devices, perSecond, markEvery });
    await sleep(beforeMs);
    for (const until = Date.now() + 10_000; unsyncedBytes(world.redisDir) < 50_000; await sleep(5))
      if (Date.now() > until)
        throw new Error("Redis syncs what it writes at once: a power cut would take nothing.");
    let droppedBytes = 0;
    let acknowledged: number[] = [];
    await outage(world, "redis", 300, async () => {
      // The last acknowledgements of before are still on their way.
      await sleep(100);
      acknowledged = fleet.devices.map(({ publisher }) => publisher.acknowledged);
      droppedBytes = cut(world.redisDir).droppedBytes;
    });
    await sleep(4000);
    await fleet.finish();
    const later = fleet.devices.map((device, i) => ({ ...device, log: device.log.slice(acknowledged[i]) }));
    const after = await check(world, { ...totals(fleet), devices: later }, checkMs);
    const whole = await check(world, fleet, 0);
    return {
      messages: whole.messages,
      droppedBytes,
      wrongTotals: whole.wrongTotals,
      lostBefore: whole.lost - after.lost,
      missingEffectsBefore: whole.missingEffects - after.missingEffects,
      lostAfter: after.lost,
      missingEffectsAfter: after.missingEffects,
    };
  },
});

const totals = ({ published, acknowledged }: Fleet) => ({ published, acknowledged });
