import { expect, test } from "vitest";
import { startPostgres } from "../support/postgres.ts";
import { startProduct } from "../support/product.ts";
import { startRedis } from "../support/redis.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

test("a process with the role worker tells its health and metrics, has no API, and ends without its Redis", async () => {
  const [redis, postgres, dir] = [await startRedis(), await startPostgres(), tempFolder()];
  const env = {
    MILLRACE_REDIS_URL: redis.url,
    MILLRACE_DATABASE_URL: postgres.url,
    MILLRACE_LANES: "2",
    MILLRACE_ROLES: "worker",
  };
  const worker = await startProduct({ dir, env });
  try {
    expect([worker.mqtt, worker.coap]).toEqual(["", ""]);
    expect(await (await fetch(`${worker.http}/healthz`)).json()).toEqual({ status: "ok" });
    expect(await (await fetch(`${worker.http}/readyz`)).json()).toMatchObject({ ready: true });
    const metrics = async () => await (await fetch(`${worker.http}/metrics`)).text();
    await expect.poll(metrics).toMatch(/^millrace_lanes_owned 2$/m);
    expect((await fetch(`${worker.http}/api/devices`)).status).toBe(404);
    await redis.kill();
    await worker.stop();
  } finally {
    await worker.kill();
    await postgres.stop();
    removeFolder(dir);
  }
}, 120_000);
