import { afterAll, beforeAll, expect, test } from "vitest";
import { freezeWorker } from "./freeze-worker.ts";
import { killProcess } from "./kill-process.ts";
import { killPostgres, killRedis } from "./kill-store.ts";
import { type Scenario, shown } from "./scenario.ts";
import { cluster, openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld({ roles: cluster });
});
afterAll(() => world?.close());

test.each([killProcess, freezeWorker, killRedis, killPostgres] as Scenario<unknown>[])(
  "$title",
  async ({ title, run, short, expected }) => {
    const startAt = performance.now();
    const figures = await run(world, short);
    process.stdout.write(shown(title, figures, performance.now() - startAt));
    expect(figures).toMatchObject(expected);
  },
  120_000,
);
