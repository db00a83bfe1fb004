import { setTimeout as sleep } from "node:timers/promises";
import { check, faultless } from "./checker.ts";
import { frozen } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { defineScenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** Longer than a worker's hold on a batch (3 s) and the look for lost ones (1 s). */
const beyondLockMs = 4500;

/** A worker that stood still wakes up and goes on as if it still owned its lanes. */
export const freezeWorker = defineScenario({
  title: "a worker that was stopped beyond its lock does no harm when it goes on",
  short: { devices: 20, perSecond: 600, freezes: 2, pauseMs: 1500 },
  long: { devices: 40, perSecond: 2000, freezes: 10, pauseMs: 3000 },
  expected: { ...faultless, isFenced: "yes" },
  async run(world, { devices, perSecond, freezes, pauseMs }) {
    const workers = world.members.filter(({ roles }) => roles.includes("worker"));
    const fleet = await Fleet.start(world, { name: "freeze", devices, perSecond });
    await sleep(1000);
    const before = await late(world);
    for (let freeze = 0; freeze < freezes; freeze++) {
      await frozen(workers[freeze % workers.length]!, beyondLockMs);
      await sleep(pauseMs);
    }
    await fleet.finish();
    const after = await late(world);
    const verdict = await check(world, fleet);
    const conflicts = after.conflict - before.conflict;
    const repeated = after.repeated - before.repeated;
    return {
      ...verdict,
      freezes,
      lateCommitsRefused: conflicts,
      batchesRepeated: repeated,
      isFenced: conflicts + repeated > 0 ? "yes" : "no",
    };
  },
});

/** Commits that came too late, and batches that were found to be done, by the workers' own counts. */
async function late({ members }: World) {
  const counted = { conflict: 0, repeated: 0 };
  for (const member of members.filter(({ roles }) => roles.includes("worker")))
    for (const result of ["conflict", "repeated"] as const)
      counted[result] += await member.metric("millrace_commits_total", `result="${result}"`);
  return counted;
}
