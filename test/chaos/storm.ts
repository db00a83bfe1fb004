import { setTimeout as sleep } from "node:timers/promises";
import { between, randomFrom } from "../../engine/simulate/random.ts";
import { check, faultless } from "./checker.ts";
import { frozen, killed, outage } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { defineScenario } from "./scenario.ts";
import type { World } from "./world.ts";

interface Fault {
  name: string;
  do(world: World, ms: number): Promise<unknown>;
}

/** Whom or what a fault may hit; two that run at once never hit the same. */
const faults: Fault[] = [
  ...["connector", "worker 1", "worker 2", "api"].map((name) => ({
    name: `kill ${name}`,
    async do(world: World) {
      const member = world.members.find((one) => one.name === name)!;
      await killed(member);
      await untilDone(() => member.start());
    },
  })),
  ...["worker 1", "worker 2", "connector"].map((name) => ({
    name: `freeze ${name}`,
    do: (world: World, ms: number) => frozen(world.members.find((one) => one.name === name)!, ms),
  })),
  ...(["redis", "postgres", "influx"] as const).map((server) => ({
    name: `kill ${server}`,
    do: (world: World, ms: number) => outage(world, server, ms),
  })),
  { name: "lose answers", do: (world, ms) => world.link.loseAnswers(ms / 4) },
];

/** Two faults at a time, drawn by lot. */
export const storm = defineScenario({
  name: "storm",
  title: "two faults at a time, drawn by lot, lose, double and reorder nothing",
  short: { devices: 20, perSecond: 600, rounds: 2, mostMs: 2500 },
  long: { devices: 40, perSecond: 2000, rounds: 15, mostMs: 8000 },
  expected: faultless,
  async run(world, { devices, perSecond, rounds, mostMs }) {
    const seed = Date.now() % 1_000_000;
    const random = randomFrom(seed);
    const fleet = await Fleet.start(world, { name: "storm", devices, perSecond });
    await sleep(1000);
    const done: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const pair = drawTwo(random);
      await Promise.all(pair.map((fault) => fault.do(world, between(random, 500, mostMs))));
      done.push(pair.map(({ name }) => name).join(" + "));
      await sleep(1500);
    }
    await fleet.finish();
    return { ...(await check(world, fleet)), seed, sentAgain: fleet.repeated, rounds: done.join("; ") };
  },
});

function drawTwo(random: () => number): Fault[] {
  const draw = () => faults[Math.floor(random() * faults.length)]!;
  const first = draw();
  let second = draw();
  const target = ({ name }: Fault) => name.replace(/^\w+ /, "");
  while (target(second) === target(first)) second = draw();
  return [first, second];
}

/** A process that finds its stores away ends at once, and is started again by whoever watches over it. */
async function untilDone(start: () => Promise<void>) {
  for (let tries = 30; ; tries--) {
    try {
      return await start();
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(300);
    }
  }
}
