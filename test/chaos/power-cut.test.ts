import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { startRedis } from "../support/redis.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { cutPower, powerCutEnv, syncedBytes, unsyncedBytes } from "./power-cut.ts";

const env = powerCutEnv();

test("a power cut leaves what was synced and nothing else", () => {
  const dir = tempFolder();
  const [kept, never] = [join(dir, "kept"), join(dir, "never")];
  writeFileSync(kept, "synced,");
  const { status } = spawnSync("sync", ["--data", kept], { env: { ...process.env, ...env } });
  expect(status).toBe(0);
  appendFileSync(kept, "not synced");
  writeFileSync(never, "not synced");
  expect(cutPower(dir)).toEqual({ droppedBytes: 20, syncs: 1 });
  expect(readFileSync(kept, "utf8")).toBe("synced,");
  expect(existsSync(never)).toBe(false);
});

/** Writes numbers until it is enough, cuts the power right after the last answer, and counts what came back. */
async function acknowledgedAndKept(appendfsync: "always" | "everysec") {
  const dir = tempFolder();
  const redis = await startRedis({ dir, appendfsync, env });
  const client = new Redis(redis.url, { retryStrategy: null });
  client.on("error", () => {});
  let acknowledged = 0;
  // However slow machine and disk are: so many answers, or something on the disk and something that is not.
  const isEnough = {
    always: () => acknowledged >= 10_000,
    everysec: () => syncedBytes(dir) > 20_000 && unsyncedBytes(dir) > 20_000,
  };
  for (const until = Date.now() + 30_000; !isEnough[appendfsync]() && Date.now() < until; acknowledged += 50)
    await Promise.all(Array.from({ length: 50 }, (_, i) => client.rpush("log", acknowledged + i)));
  await redis.kill();
  client.disconnect();
  const { syncs } = cutPower(dir);
  const back = await startRedis({ dir, port: redis.port, appendfsync });
  const reader = new Redis(back.url);
  const kept = await reader.llen("log");
  reader.disconnect();
  await back.stop();
  process.stdout.write(
    `Redis, appendfsync ${appendfsync}: ${acknowledged} acknowledged, ${kept} kept, ${syncs} syncs\n`,
  );
  return { acknowledged, kept, syncs };
}

test("in a power cut Redis keeps all it acknowledged with appendfsync always", async () => {
  const { acknowledged, kept, syncs } = await acknowledgedAndKept("always");
  expect(kept).toBeGreaterThanOrEqual(acknowledged);
  expect(syncs).toBeGreaterThan(100);
});

test("in a power cut Redis loses what it acknowledged in the last second with appendfsync everysec", async () => {
  const { acknowledged, kept } = await acknowledgedAndKept("everysec");
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(acknowledged);
});
