import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync } from "mqtt";
import { addDevice, ask } from "../support/product.ts";
import { all, check, faultless } from "./checker.ts";
import { outage, undelivered } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { defineScenario } from "./scenario.ts";
import type { GateMode } from "./series-gate.ts";
import type { World } from "./world.ts";

/** InfluxDB is away, slow, busy, and breaks off in the middle of its answers. */
export const seriesAway = defineScenario({
  name: "series-away",
  title: "while InfluxDB is away alarms and commands go on, and afterwards every point is there",
  short: { devices: 20, perSecond: 600, downMs: 5000, slowMs: 1500, eachMs: 2500 },
  long: { devices: 40, perSecond: 2000, downMs: 60_000, slowMs: 10_000, eachMs: 30_000 },
  expected: { ...faultless, undelivered: 0, commandWhileAway: "arrived", alarmsWhileAway: "raised" },
  async run(world, { devices, perSecond, downMs, slowMs, eachMs }) {
    const fleet = await Fleet.start(world, { name: "series", devices, perSecond, markEvery: 50 });
    const watched = await watchedDevice(world);
    await sleep(1000);
    let commandMs: number | undefined;
    let raised = 0;
    await outage(world, "influx", downMs, async () => {
      await sleep(1000);
      const before = await alarms(world, fleet);
      commandMs = await watched.commandMs();
      await sleep(Math.min(downMs - 2000, 3000));
      raised = (await alarms(world, fleet)) - before;
    });
    const modes: GateMode[] = [{ type: "slow", ms: slowMs }, { type: "busy" }, { type: "half" }];
    for (const mode of modes) {
      world.gate.set(mode);
      await sleep(eachMs);
      const isTreated = () => world.gate.treated[mode.type] > 0;
      for (const until = Date.now() + 20_000; !isTreated() && Date.now() < until; ) await sleep(50);
      if (!isTreated()) throw new Error(`No write met an InfluxDB that is ${mode.type}.`);
    }
    world.gate.set({ type: "open" });
    await fleet.finish();
    await watched.end();
    const verdict = await check(world, fleet, 120_000);
    const { slow, busy, half } = world.gate.treated;
    return {
      ...verdict,
      undelivered: await emptied(world),
      commandMs: Math.round(commandMs ?? -1),
      commandWhileAway: commandMs === undefined ? "missing" : "arrived",
      alarmsRaisedWhileAway: raised,
      alarmsWhileAway: raised > 0 ? "raised" : "missing",
      writesSlow: slow,
      writesRefused: busy,
      writesHalfAnswered: half,
    };
  },
});

/** A device that waits for commands. */
async function watchedDevice({ http, mqtt }: World) {
  const { id, token } = await addDevice(http, { name: `watched-${Date.now()}` });
  const client = await connectAsync(mqtt, { username: token });
  await client.subscribeAsync("v1/devices/me/rpc/request/+", { qos: 1 });
  return {
    /** Sends a command by the API; milliseconds until it is at the device, undefined when it is not in 5 s. */
    async commandMs(): Promise<number | undefined> {
      const startAt = performance.now();
      const arrived = new Promise<number>((resolve) =>
        client.once("message", () => resolve(performance.now() - startAt)),
      );
      await ask(`${http}/api/devices/${id}/commands`, "POST", { method: "blink" });
      return Promise.race([arrived, sleep(5000).then(() => undefined)]);
    },
    end: () => client.endAsync(),
  };
}

async function alarms(world: World, fleet: Fleet): Promise<number> {
  const lists = await Promise.all(fleet.devices.map(({ id }) => all(world, `/api/alarms?device=${id}`)));
  return lists.flat().length;
}

/** What is delivered leaves the outbox a moment later. */
async function emptied(world: World): Promise<number> {
  let left = await undelivered(world);
  for (const until = Date.now() + 10_000; left > 0 && Date.now() < until; left = await undelivered(world))
    await sleep(100);
  return left;
}
