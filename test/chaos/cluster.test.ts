import { afterAll, beforeAll, expect, test } from "vitest";
import { runScenario } from "./scenario.ts";
import { inCluster } from "./scenarios.ts";
import type { World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await inCluster.open();
});
afterAll(() => world?.close());

test.each(inCluster.scenarios)(
  "$title",
  async (scenario) => {
    expect(await runScenario(world, scenario, "short")).toMatchObject(scenario.expected);
  },
  120_000,
);
