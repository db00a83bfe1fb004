import { connectAsync } from "mqtt";
import { expect, test } from "vitest";
import { numbered, orderFlow, saved } from "../support/order-flow.ts";
import { startPostgres } from "../support/postgres.ts";
import { addDevice, deployFlow, metric, type Product, startProduct } from "../support/product.ts";
import { startRedis } from "../support/redis.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const devices = 16;
const perDevice = 400;
const behind = 600;

const lanesOf = ({ http }: Product) => metric(http, "millrace_lanes_owned");
const evaluatedBy = ({ http }: Product) => metric(http, "millrace_messages_evaluated_total");

/** A reading of each of many devices, all of them through one of the servers. */
async function publishOfEach({ http, mqtt }: Product) {
  const { token } = await addDevice(http, { name: "gateway" });
  const names = Array.from({ length: behind }, (_, index) => `behind-${index}`);
  await Promise.all(names.map((name) => addDevice(http, { name, attributes: { gateway: "gateway" } })));
  const client = await connectAsync(mqtt, { username: token });
  const readings = Object.fromEntries(names.map((name) => [name, [{ n: 1 }]]));
  await client.publishAsync("v1/gateway/telemetry", JSON.stringify(readings), { qos: 1 });
  await client.endAsync();
}

test("two servers share lanes and messages evenly; when one is killed the other takes over, in order", async () => {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const dirs = [tempFolder(), tempFolder()];
  const env = { MILLRACE_REDIS_URL: redis.url, MILLRACE_DATABASE_URL: postgres.url, MILLRACE_LANES: "8" };
  const stays = await startProduct({ dir: dirs[0]!, env });
  const dies = await startProduct({ dir: dirs[1]!, env });
  try {
    await expect.poll(() => lanesOf(stays)).toBeLessThan(8);
    await expect.poll(async () => (await lanesOf(stays)) + (await lanesOf(dies))).toBe(8);
    expect(await lanesOf(dies)).toBeGreaterThan(0);

    await publishOfEach(stays);
    // That the gateway came and went is told to its lane, too.
    const all = async () => (await evaluatedBy(stays)) + (await evaluatedBy(dies));
    await expect.poll(all).toBeGreaterThanOrEqual(behind);
    for (const one of [stays, dies])
      expect(Math.abs((await evaluatedBy(one)) / (behind / 2) - 1)).toBeLessThan(0.2);

    await deployFlow(stays.http, orderFlow);
    const made = await Promise.all(
      Array.from({ length: devices }, (_, index) => addDevice(stays.http, { name: `order-${index}` })),
    );
    let sent = 0;
    const published = made.map(async ({ token }) => {
      const client = await connectAsync(stays.mqtt, { username: token });
      for (let n = 1; n <= perDevice; n++) {
        await client.publishAsync("v1/devices/me/telemetry", numbered(n), { qos: 1 });
        sent++;
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      await client.endAsync();
    });
    const killed = (async () => {
      await expect
        .poll(() => sent, { timeout: 60_000, interval: 5 })
        .toBeGreaterThan((devices * perDevice) / 4);
      await dies.kill();
    })();
    await Promise.all([...published, killed]);

    for (const { id } of made) {
      const changes = () => saved(stays.http, id, "change", perDevice);
      await expect.poll(async () => (await changes()).length).toBe(perDevice - 1);
      expect(new Set(await changes())).toEqual(new Set([1]));
    }
    await expect.poll(() => lanesOf(stays)).toBe(8);
  } finally {
    await Promise.all([stays.stop(), dies.stop()]);
    await Promise.all([redis.stop(), postgres.stop()]);
    for (const dir of dirs) removeFolder(dir);
  }
}, 240_000);
