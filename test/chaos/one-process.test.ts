import { afterAll, beforeAll, expect, test } from "vitest";
import { cutPower } from "./cut-power.ts";
import { fillDiskOfRedis, fillMemory } from "./fill-up.ts";
import { powerCutEnv } from "./power-cut.ts";
import { repeat } from "./repeat.ts";
import { type Scenario, shown } from "./scenario.ts";
import { seriesAway } from "./series-away.ts";
import { oneProcess, openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld({
    roles: oneProcess,
    redis: { appendfsync: "always", env: powerCutEnv() },
    smallDiskMb: 256,
  });
});
afterAll(() => world?.close());

test.each([cutPower, seriesAway, fillMemory, fillDiskOfRedis, repeat] as Scenario<unknown>[])(
  "$title",
  async ({ title, run, short, expected }) => {
    const startAt = performance.now();
    const figures = await run(world, short);
    process.stdout.write(shown(title, figures, performance.now() - startAt));
    expect(figures).toMatchObject(expected);
  },
  120_000,
);
