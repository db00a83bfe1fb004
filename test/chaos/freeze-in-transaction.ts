import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { ask } from "../support/product.ts";
import { check, faultless } from "./checker.ts";
import { frozenWhile } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import type { Member } from "./member.ts";
import { defineScenario } from "./scenario.ts";
import type { World } from "./world.ts";

const silentTooLongMs = 2000;

/** A worker that stops in the middle of a transaction holds locks that the one that takes its lanes over waits for. */
export const freezeInTransaction = defineScenario({
  name: "freeze-in-transaction",
  title: "a worker that was stopped in the middle of a transaction does not hold up the others' commands",
  short: { devices: 20, perSecond: 400, frozenMs: 9500 },
  long: { devices: 40, perSecond: 1000, frozenMs: 30_000 },
  expected: { ...faultless, goOnMeanwhile: "yes" },
  async run(world, { devices, perSecond, frozenMs }) {
    const worker = world.members.find(({ roles }) => roles.includes("worker"))!;
    const fleet = await Fleet.start(world, { name: "in-tx", devices, perSecond, markEvery: 2 });
    await sleep(1000);
    const tries = await stopInTransaction(world, worker);
    let longestMs = 0;
    let silentMs = 0;
    await frozenWhile(worker, async () => {
      const startAt = performance.now();
      let lastAt = startAt;
      // On a slow machine it takes the others longer to go on.
      const untilMs = () => (silentMs < silentTooLongMs ? frozenMs : frozenMs + 30_000);
      for (let last = 0; performance.now() - startAt < untilMs(); await sleep(200)) {
        const newest = await newestCommand(world);
        if (newest !== last) lastAt = performance.now();
        last = newest;
        silentMs = performance.now() - lastAt;
        longestMs = Math.max(longestMs, silentMs);
      }
    });
    await fleet.finish();
    return {
      ...(await check(world, fleet)),
      tries,
      frozenMs,
      longestWithoutCommandMs: Math.round(longestMs),
      goOnMeanwhile: silentMs < silentTooLongMs ? "yes" : "no",
    };
  },
});

/** SIGSTOP at a moment when a transaction of the worker has written; PostgreSQL says so. Gives how many moments it took. */
async function stopInTransaction({ postgres }: World, { pid }: Member): Promise<number> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  const standing = async (ms: number) => {
    await sleep(ms);
    const { rowCount } = await client.query(
      `select 1 from pg_stat_activity where state = 'idle in transaction' and backend_xid is not null
       and now() - state_change > $1 * interval '0.9 ms'`,
      [ms],
    );
    return rowCount === 1;
  };
  try {
    for (let tries = 1; tries <= 100; tries++) {
      process.kill(pid, "SIGSTOP");
      // Another process may be in a transaction too, but not for so long.
      if ((await standing(100)) && (await standing(1200))) return tries;
      process.kill(pid, "SIGCONT");
      await sleep(30 + (tries % 7) * 11);
    }
  } finally {
    await client.end();
  }
  throw new Error("The worker was never stopped in the middle of a transaction.");
}

async function newestCommand({ http }: World): Promise<number> {
  const { items } = await ask<{ items: { id: number }[] }>(`${http}/api/commands?limit=1`);
  return items[0]?.id ?? 0;
}
