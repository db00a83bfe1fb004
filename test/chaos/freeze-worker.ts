import { setTimeout as sleep } from "node:timers/promises";
import { check, faultless } from "./checker.ts";
import { commits, frozen } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { defineScenario } from "./scenario.ts";

/** Longer than a worker's hold on a batch (3 s) and the look for lost ones (1 s). */
const beyondLockMs = 4500;

/** A worker that stood still wakes up and goes on as if it still owned its lanes. */
export const freezeWorker = defineScenario({
  name: "freeze-worker",
  title: "a worker that was stopped beyond its lock does no harm when it goes on",
  short: { devices: 20, perSecond: 600, freezes: 1, pauseMs: 1500 },
  long: { devices: 40, perSecond: 2000, freezes: 10, pauseMs: 3000 },
  expected: { ...faultless, isFenced: "yes" },
  async run(world, { devices, perSecond, freezes, pauseMs }) {
    const workers = world.members.filter(({ roles }) => roles.includes("worker"));
    const fleet = await Fleet.start(world, { name: "freeze", devices, perSecond });
    await sleep(1000);
    const before = { conflict: await commits(world, "conflict"), repeated: await commits(world, "repeated") };
    for (let freeze = 0; freeze < freezes; freeze++) {
      await frozen(workers[freeze % workers.length]!, beyondLockMs);
      await sleep(pauseMs);
    }
    await fleet.finish();
    const verdict = await check(world, fleet);
    const conflicts = (await commits(world, "conflict")) - before.conflict;
    const repeated = (await commits(world, "repeated")) - before.repeated;
    return {
      ...verdict,
      freezes,
      lateCommitsRefused: conflicts,
      batchesRepeated: repeated,
      isFenced: conflicts + repeated > 0 ? "yes" : "no",
    };
  },
});
