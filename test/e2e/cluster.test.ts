import { expect, test } from "vitest";
import type { Finding } from "../../engine/model/finding.ts";
import { numbered, orderFlow, saved } from "../support/order-flow.ts";
import { startPostgres } from "../support/postgres.ts";
import { addDevice, deployFlow, millrace, startProduct } from "../support/product.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { SteadyPublisher } from "../support/steady-publisher.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const devices = 10;
const perDevice = 200;

/**
 * What is promised while one Redis fails at a time: a message is acknowledged when the replica of its lane's master has
 * it too, so the replica that is promoted has every acknowledged message, and commits no further than their effects
 * went out. A master that has just been promoted has no replica; what it takes is lost if it fails before it has one.
 */
test("a master of Redis Cluster is killed: its replica takes over, nothing acknowledged is lost, order holds", async () => {
  const [cluster, postgres] = await Promise.all([startRedisCluster(), startPostgres()]);
  const dir = tempFolder();
  const env = { MILLRACE_REDIS_URL: cluster.url, MILLRACE_DATABASE_URL: postgres.url };
  // Enough for each master to have some.
  const product = await startProduct({ dir, env: { ...env, MILLRACE_LANES: "16" } });
  try {
    await deployFlow(product.http, orderFlow);
    const made = await Promise.all(
      Array.from({ length: devices }, (_, index) => addDevice(product.http, { name: `order-${index}` })),
    );
    const publishers = made.map(({ token }) => new SteadyPublisher({ url: product.mqtt, token, window: 20 }));
    const victim = await cluster.masterOf("{millrace-lane0}");
    const lanes = Array.from({ length: 16 }, (_, lane) => `{millrace-lane${lane}}`);
    const before = await Promise.all(lanes.map((lane) => cluster.masterOf(lane)));
    for (let n = 1; n <= perDevice; n++) {
      for (const one of publishers) one.publish(numbered(n));
      if (n === perDevice / 4) await victim.kill();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Promise.all(publishers.map((one) => one.settled()));
    for (const one of publishers) one.end();

    expect(before.filter((master) => master === victim).length).toBeGreaterThan(0);
    expect(await cluster.masterOf("{millrace-lane0}")).not.toBe(victim);
    for (const { id } of made) {
      const values = (key: "n" | "change") => saved(product.http, id, key, perDevice);
      await expect.poll(async () => (await values("n")).length).toBe(perDevice);
      expect(await values("change")).toEqual(Array.from({ length: perDevice - 1 }, () => 1));
    }
    expect(await (await fetch(`${product.http}/readyz`)).json()).toMatchObject({ ready: true });

    const { stdout } = await millrace(["doctor", "--json"], env);
    const found = JSON.parse(stdout) as Finding[];
    const withReplica = found.filter(({ check }) => check === "replicas").map(({ level }) => level);
    expect(withReplica.sort()).toEqual(["ok", "ok", "warn"]);
  } finally {
    await product.stop();
    await Promise.all([cluster.stop(), postgres.stop()]);
    removeFolder(dir);
  }
}, 240_000);
