import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runScenario } from "./scenario.ts";
import { inCluster, inSyncedCluster } from "./scenarios.ts";
import type { World } from "./world.ts";

describe.each([inCluster, inSyncedCluster])("$name", ({ open, scenarios }) => {
  let world: World;
  beforeAll(async () => {
    world = await open();
  }, 240_000);
  afterAll(() => world?.close());

  // test.each would cut the titles off.
  for (const scenario of scenarios)
    test(scenario.title, async () => {
      expect(await runScenario(world, scenario, "short")).toMatchObject(scenario.expected);
    }, 240_000);
});
