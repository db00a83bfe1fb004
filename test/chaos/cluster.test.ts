import { afterAll, beforeAll, expect, test } from "vitest";
import { runScenario } from "./scenario.ts";
import { inCluster } from "./scenarios.ts";
import type { World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await inCluster.open();
}, 120_000);
afterAll(() => world?.close());

// test.each would cut the titles off.
for (const scenario of inCluster.scenarios)
  test(scenario.title, async () => {
    expect(await runScenario(world, scenario, "short")).toMatchObject(scenario.expected);
  }, 120_000);
