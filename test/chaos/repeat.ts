import { setTimeout as sleep } from "node:timers/promises";
import { check, faultless } from "./checker.ts";
import { commits } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { defineScenario } from "./scenario.ts";

const copies = 3;

/** Devices repeat themselves, and the product must, since Redis does what it is told without answering. */
export const repeat = defineScenario({
  name: "repeat",
  title: "messages sent three times and batches enqueued twice take effect once",
  short: { devices: 20, perSecond: 300, rounds: 3 },
  long: { devices: 40, perSecond: 700, rounds: 20 },
  expected: { ...faultless, receivedThreeTimes: "yes", enqueuedTwice: "yes" },
  async run(world, { devices, perSecond, rounds }) {
    const before = await counts(world);
    const fleet = await Fleet.start(world, { name: "repeat", devices, perSecond, copies });
    let answersLost = 0;
    // A process that gets no processor in these moments loses nothing: then once more.
    const isProven = async () =>
      answersLost >= rounds && (await commits(world, "repeated")) > before.repeated;
    for (let round = 0; round < 10 * rounds && !(await isProven()); round++) {
      await sleep(500);
      if ((await world.link.loseAnswers(300)) > 0) answersLost++;
      await sleep(700);
      for (const { publisher } of fleet.devices) publisher.breakOff();
    }
    await fleet.finish();
    if (answersLost < rounds)
      throw new Error(`Answers of Redis were lost ${answersLost} times, not ${rounds}.`);
    const verdict = await check(world, fleet);
    const after = await counts(world);
    const received = after.received - before.received;
    const repeated = after.repeated - before.repeated;
    return {
      ...verdict,
      received,
      answersLost,
      connectionsBroken: fleet.breaks,
      batchesTakenOnce: repeated,
      commitsRefused: after.conflict - before.conflict,
      receivedThreeTimes: received >= copies * verdict.messages ? "yes" : "no",
      enqueuedTwice: repeated > 0 ? "yes" : "no",
    };
  },
});

async function counts(world: Parameters<typeof commits>[0]) {
  const connector = world.members.find(({ roles }) => roles === "all")!;
  return {
    received: await connector.metric("millrace_messages_received_total", 'protocol="mqtt"'),
    repeated: await commits(world, "repeated"),
    conflict: await commits(world, "conflict"),
  };
}
