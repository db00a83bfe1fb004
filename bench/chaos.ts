import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { runScenario, type Scenario } from "../test/chaos/scenario.ts";
import { inCluster, inOneProcess, inSyncedCluster, onLazyDisk } from "../test/chaos/scenarios.ts";
import type { World } from "../test/chaos/world.ts";

/** `--only=NAME,NAME`: these scenarios; `--short`: as small as in `npm test`. */
const only = process.argv
  .find((arg) => arg.startsWith("--only="))
  ?.slice("--only=".length)
  .split(",");
const form = process.argv.includes("--short") ? "short" : "long";

async function judge(world: World, scenario: Scenario<unknown>) {
  try {
    const figures = await runScenario(world, scenario, form);
    for (const [figure, expected] of Object.entries(scenario.expected))
      if (!isDeepStrictEqual(figures[figure], expected))
        fail(`${figure} is ${figures[figure]}, not ${expected}`);
  } catch (error) {
    fail(`${scenario.name}: ${(error as Error).stack}`);
  }
}

function fail(what: string) {
  process.exitCode = 1;
  process.stdout.write(`  FAILED: ${what}\n`);
}

const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, commit ${commit}\n`,
);
for (const { open, scenarios } of [inCluster, inSyncedCluster, inOneProcess, onLazyDisk]) {
  const chosen = scenarios.filter(({ name }) => !only || only.includes(name));
  if (chosen.length === 0) continue;
  const world = await open();
  try {
    for (const scenario of chosen) await judge(world, scenario);
  } finally {
    await world.close();
  }
}
process.exit();
