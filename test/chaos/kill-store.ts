import { setTimeout as sleep } from "node:timers/promises";
import { check, faultless } from "./checker.ts";
import { outage } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { defineScenario } from "./scenario.ts";

/** A server that dies, stays away and comes back with its files. */
const killStore = (server: "redis" | "postgres", title: string) =>
  defineScenario({
    name: `kill-${server}`,
    title,
    short: { devices: 20, perSecond: 600, downMs: [5000] },
    long: { devices: 40, perSecond: 2000, downMs: [500, 1000, 2000, 4000, 5000, 10_000] },
    expected: { ...faultless, brokenInShortOutages: 0 },
    async run(world, { devices, perSecond, downMs }) {
      const fleet = await Fleet.start(world, { name: server, devices, perSecond });
      await sleep(1000);
      let brokenInShortOutages = 0;
      let longestMs = 0;
      for (const ms of downMs) {
        const breaks = fleet.breaks;
        longestMs = Math.max(longestMs, await outage(world, server, ms));
        await sleep(1500);
        if (ms <= 5000) brokenInShortOutages += fleet.breaks - breaks;
      }
      await fleet.finish();
      return {
        ...(await check(world, fleet)),
        kills: downMs.length,
        longestOutageMs: Math.round(longestMs),
        brokenInShortOutages,
        brokenInAll: fleet.breaks,
      };
    },
  });

export const killRedis = killStore(
  "redis",
  "kill -9 of Redis loses, doubles and reorders nothing; devices stay connected for 5 s without it",
);
export const killPostgres = killStore(
  "postgres",
  "kill -9 of PostgreSQL loses, doubles and reorders nothing; devices stay connected for 5 s without it",
);
