import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { check, faultless } from "./checker.ts";
import { lanesBackMs } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { defineScenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** What a host that loses its power, or a router its table, leaves behind: connections that nobody ever ends. */
export const silence = defineScenario({
  name: "silence",
  title: "connections to Redis and PostgreSQL that die without a word are given up, and nothing is lost",
  short: { devices: 20, perSecond: 400, rounds: 1 },
  long: { devices: 40, perSecond: 2000, rounds: 5 },
  expected: faultless,
  async run(world, { devices, perSecond, rounds }) {
    const fleet = await Fleet.start(world, { name: "silence", devices, perSecond, markEvery: 20 });
    await sleep(1000);
    let longestLanesMs = 0;
    let longestCommandsMs = 0;
    let silent = 0;
    for (let round = 0; round < rounds; round++) {
      silent += silenced(world.link);
      longestLanesMs = Math.max(longestLanesMs, await lanesBackMs(world, fleet));
      silent += silenced(world.sqlLink);
      longestCommandsMs = Math.max(longestCommandsMs, await commandsBackMs(world));
    }
    await fleet.finish();
    return {
      ...(await check(world, fleet)),
      connections: silent,
      longestLanesMs: Math.round(longestLanesMs),
      longestCommandsMs: Math.round(longestCommandsMs),
    };
  },
});

function silenced(link: World["link"]): number {
  const count = link.fallSilent();
  if (count === 0) throw new Error(`Nobody was connected by way of ${link.url}.`);
  return count;
}

/** Milliseconds until PostgreSQL has a command that was not there before. */
async function commandsBackMs({ postgres }: World, withinMs = 60_000): Promise<number> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  const newest = async () => Number((await client.query("select max(id) from commands")).rows[0].max);
  try {
    const startAt = performance.now();
    const before = await newest();
    for (;;) {
      await sleep(50);
      const tookMs = performance.now() - startAt;
      if ((await newest()) > before) return tookMs;
      if (tookMs > withinMs) throw new Error(`No new command for ${withinMs} ms.`);
    }
  } finally {
    await client.end();
  }
}
