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
  async ({ title, run, short, expected }) => {
    const startAt = performance.now();
    const figures = await run(world, short);
    process.stdout.write(shown(title, figures, performance.now() - startAt));
    expect(figures).toMatchObject(expected);
  },
  120_000,
);
