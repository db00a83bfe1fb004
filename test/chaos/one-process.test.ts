import { afterAll, beforeAll, expect, test } from "vitest";
import { check, faultless } from "./checker.ts";
import { Fleet } from "./fleet.ts";
import { runScenario } from "./scenario.ts";
import { inOneProcess } from "./scenarios.ts";
import type { World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await inOneProcess.open();
}, 240_000);
afterAll(() => world?.close());

// test.each would cut the titles off.
for (const scenario of inOneProcess.scenarios)
  test(scenario.title, async () => {
    expect(await runScenario(world, scenario, "short")).toMatchObject(scenario.expected);
  }, 240_000);

test("the checker sees a lost, a doubled and a displaced reading, and a missing and a needless alarm", async () => {
  const fleet = await Fleet.start(world, { name: "control", devices: 5, perSecond: 200, markEvery: 10 });
  await expect.poll(() => fleet.published).toBeGreaterThan(200);
  await fleet.finish();
  expect(await check(world, fleet)).toMatchObject(faultless);
  const [lost, doubled, displaced, missing, needless] = fleet.devices.map(({ log }) => log);
  lost!.splice(5, 0, { ...lost![5]!, n: 0.5 });
  doubled!.splice(5, 1);
  displaced!.splice(5, 2, displaced![6]!, displaced![5]!);
  missing![3] = { ...missing![3]!, mark: 1 };
  needless![9] = { ...needless![9]!, mark: 0 };
  expect(await check(world, fleet, 0)).toMatchObject({
    lost: 1,
    wrongTotals: 2,
    // One reading that nobody sent, and an alarm and a command.
    doubled: 3,
    // Before and after the place of each of the first two; three around the third.
    outOfOrder: 5,
    missingEffects: 2,
  });
});
