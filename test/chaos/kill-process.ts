import { setTimeout as sleep } from "node:timers/promises";
import { type Random, randomFrom } from "../../engine/simulate/random.ts";
import { check, faultless } from "./checker.ts";
import { killed, lanesBackMs } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { defineScenario } from "./scenario.ts";

/** Connector, workers and API in processes of their own; one after the other is killed, in an order that is no pattern. */
export const killProcess = defineScenario({
  name: "kill-process",
  title: "kill -9 of connector, worker and API processes loses, doubles and reorders nothing",
  short: { devices: 20, perSecond: 600, kills: 4, pauseMs: 300, backWithinMs: 15_000 },
  long: { devices: 40, perSecond: 2000, kills: 20, pauseMs: 1500, backWithinMs: 5000 },
  expected: { ...faultless, lanesBackInTime: "yes" },
  async run(world, { devices, perSecond, kills, pauseMs, backWithinMs }) {
    const fleet = await Fleet.start(world, { name: "kill", devices, perSecond });
    const startsBefore = starts(world.members);
    const order = inNoPattern(world.members, kills, randomFrom(Date.now()));
    let slowestMs = 0;
    await sleep(1000);
    const startAt = performance.now();
    const publishedBefore = fleet.published;
    for (const member of order) {
      await killed(member);
      if (member.roles.includes("worker")) slowestMs = Math.max(slowestMs, await lanesBackMs(world, fleet));
      await member.start();
      await sleep(pauseMs);
    }
    const rate = (fleet.published - publishedBefore) / ((performance.now() - startAt) / 1000);
    await fleet.finish();
    const restarts = starts(world.members) - startsBefore;
    if (restarts !== kills)
      throw new Error(`${kills} processes were killed, ${restarts} were started again.`);
    return {
      ...(await check(world, fleet)),
      perSecond: Math.round(rate),
      killed: order.map(({ name }) => name).join(" "),
      restarts,
      sentAgain: fleet.repeated,
      lanesBackMs: Math.round(slowestMs),
      lanesBackInTime: slowestMs <= backWithinMs ? "yes" : "no",
    };
  },
});

const starts = (members: { starts: number }[]) => members.reduce((all, member) => all + member.starts, 0);

/** Each round names all of them, in another order. */
function inNoPattern<T>(all: readonly T[], count: number, random: Random): T[] {
  const order: T[] = [];
  while (order.length < count) {
    const round = [...all];
    while (round.length > 0) order.push(...round.splice(Math.floor(random() * round.length), 1));
  }
  return order.slice(0, count);
}
