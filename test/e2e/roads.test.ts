import { connectAsync } from "mqtt";
import { describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { installations } from "../support/installations.ts";
import { startPostgres } from "../support/postgres.ts";
import { addDevice, ask, deployFlow, freePorts, type Product, startProduct } from "../support/product.ts";
import { startRedis } from "../support/redis.ts";
import { SteadyPublisher } from "../support/steady-publisher.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const dayMs = 86_400_000;
const startTs = 1_700_000_000_000 - (1_700_000_000_000 % dayMs);

const day = (fields: Flow["nodes"][number]["config"]) => ({
  id: "day",
  kind: "aggregate",
  config: { by: "road", window: { size: "1d" }, ...fields },
});

/** Saves what came to a road, as soon as it is there. */
const each = (field: string): Pick<Flow, "nodes" | "edges"> => ({
  nodes: [
    { id: "all", kind: "throttle", config: { by: "road", limit: 100_000, per: "31d" } },
    { id: "each", kind: "save", config: { measurement: "each", fields: [field] } },
  ],
  edges: [
    { from: "in", output: "out", to: "all" },
    { from: "all", output: "pass", to: "each" },
  ],
});

/** What was saved of a road, in order of time. */
async function saved({ http }: Product, road: string, key: string, measurement: string): Promise<number[]> {
  const range = `from=${startTs}&to=${startTs + dayMs + 1}&limit=5000`;
  const query = `device=${encodeURIComponent(`road ${road}`)}&key=${key}&measurement=${measurement}&${range}`;
  const { items } = await ask<{ items: { value: number }[] }>(`${http}/api/series?${query}`);
  return items.map(({ value }) => value);
}

/** An alarm for a road whose mean speed over a day is low. */
const jam: Flow = {
  id: "jam",
  name: "Jam",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    day({ values: [{ of: "speed", fn: "avg", as: "avgSpeed" }] }),
    {
      id: "slow",
      kind: "alert",
      config: {
        type: "Slow road",
        severity: "major",
        raise: { all: [{ fact: "avgSpeed", operator: "lessThan", value: 30 }] },
      },
    },
    ...each("speed").nodes,
  ],
  edges: [
    { from: "in", output: "out", to: "day" },
    { from: "day", output: "window", to: "slow" },
    ...each("speed").edges,
  ],
  layout: {},
};

describe.each(installations)("four detectors of two roads ($name)", ({ open }) => {
  test("that publish over MQTT raise one alarm, for the slow road, which an operator can clear", async () => {
    const { env, close } = await open();
    const dir = tempFolder();
    const product = await startProduct({ dir, env });
    try {
      await deployFlow(product.http, jam);
      const made = await Promise.all(
        ["A1", "A1", "A1", "B2"].map((road, index) =>
          addDevice(product.http, { name: `detector-${index}`, attributes: { road } }),
        ),
      );
      const clients = await Promise.all(
        made.map(({ token }) => connectAsync(product.mqtt, { username: token })),
      );
      const publish = (index: number, ts: number, speed: number) =>
        clients[index]!.publishAsync("v1/devices/me/telemetry", JSON.stringify({ ts, values: { speed } }), {
          qos: 1,
        });
      // Of the slow road one detector alone is fast.
      await Promise.all([60, 9, 9, 70].map((speed, index) => publish(index, startTs + index, speed)));
      // What closes the day must not come to a road before them.
      const arrived = (road: string) => saved(product, road, "speed", "each");
      await expect.poll(() => arrived("A1")).toEqual([60, 9, 9]);
      await expect.poll(() => arrived("B2")).toEqual([70]);
      await Promise.all([0, 3].map((index) => publish(index, startTs + dayMs + 10_000, 50)));

      type Alarm = { id: string; device: string; deviceName: string; status: string; details: object };
      const alarms = async () => (await ask<{ items: Alarm[] }>(`${product.http}/api/alarms`)).items;
      await expect.poll(alarms).toMatchObject([
        {
          device: "road A1",
          deviceName: "road A1",
          status: "active",
          details: { road: "A1", avgSpeed: 26, windowCount: 3 },
        },
      ]);
      const [alarm] = await alarms();
      await ask(`${product.http}/api/alarms/${encodeURIComponent(alarm!.id)}/clear`, "POST", {});
      expect(await alarms()).toMatchObject([{ status: "cleared" }]);
      const ofRoad = `${product.http}/api/alarms?device=${encodeURIComponent("road A1")}`;
      expect((await ask<{ items: Alarm[] }>(ofRoad)).items).toHaveLength(1);
      await Promise.all(clients.map((client) => client.endAsync()));
    } finally {
      await product.stop();
      await close();
      removeFolder(dir);
    }
  }, 240_000);
});

const devices = 12;
const perDevice = 600;
/** The other server is killed in the middle of each but the last. */
const share = 200;
const roads = ["A1", "B2", "C3"];
/** No two readings of one road at the same time. */
const tsOf = (n: number, device: number) => startTs + n * devices + device;

/** Saves what roads make of each day. */
const ledger: Flow = {
  id: "ledger",
  name: "Ledger",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    day({
      values: [
        { fn: "count", as: "messages" },
        { of: "n", fn: "sum", as: "total" },
      ],
    }),
    { id: "kept", kind: "save", config: { measurement: "day", fields: ["messages", "total"] } },
    ...each("n").nodes,
  ],
  edges: [
    { from: "in", output: "out", to: "day" },
    { from: "day", output: "window", to: "kept" },
    ...each("n").edges,
  ],
  layout: {},
};

test("two servers on one Redis forward to one another's lanes; with one killed twice, each reading counts once", async () => {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const dirs = [tempFolder(), tempFolder()];
  const env = { MILLRACE_REDIS_URL: redis.url, MILLRACE_DATABASE_URL: postgres.url, MILLRACE_LANES: "8" };
  const stays = await startProduct({ dir: dirs[0]!, env });
  const place = { dir: dirs[1]!, env: { ...env, ...(await freePorts()) } };
  let dies: Product = await startProduct(place);
  try {
    await deployFlow(stays.http, ledger);
    const made = await Promise.all(
      Array.from({ length: devices }, (_, index) =>
        addDevice(stays.http, { name: `road-${index}`, attributes: { road: roads[index % roads.length] } }),
      ),
    );
    const publishers = made.map(({ token }) => new SteadyPublisher({ url: stays.mqtt, token, window: 40 }));
    const worksLanes = async () => {
      const metrics = await (await fetch(`${dies.http}/metrics`)).text();
      return Number(/^millrace_lanes_owned (\d+)/m.exec(metrics)?.[1]) > 0;
    };
    const again = async () => {
      await dies.kill();
      dies = await startProduct(place);
    };
    let restarted = Promise.resolve();
    for (let n = 1; n <= perDevice; n++) {
      if (n % share === 1) {
        await restarted;
        await expect.poll(worksLanes).toBe(true);
      }
      for (const [index, one] of publishers.entries())
        one.publish(JSON.stringify({ ts: tsOf(n, index), values: { n } }));
      if (n % share === share / 2 && n < perDevice - share) restarted = again();
      await new Promise((resolve) => setTimeout(resolve, 8));
    }
    await Promise.all(publishers.map((one) => one.settled()));
    // The lanes of the killed one are taken over, and what it had forwarded is brought out.
    const ofEach = devices / roads.length;
    for (const road of roads) {
      const arrived = async () => (await saved(stays, road, "n", "each")).length;
      await expect.poll(arrived, { timeout: 60_000, interval: 200 }).toBe(ofEach * perDevice);
    }
    for (const one of publishers.slice(0, roads.length))
      one.publish(JSON.stringify({ ts: startTs + dayMs + 10_000, values: { n: 0 } }));
    await Promise.all(publishers.map((one) => one.settled()));
    for (const one of publishers) one.end();

    for (const road of roads) {
      const values = (key: string) => saved(stays, road, key, "day");
      await expect.poll(() => values("messages")).toEqual([ofEach * perDevice]);
      expect(await values("total")).toEqual([(ofEach * perDevice * (perDevice + 1)) / 2]);
    }
  } finally {
    await Promise.all([stays.stop(), dies.stop()]);
    await Promise.all([redis.stop(), postgres.stop()]);
    for (const dir of dirs) removeFolder(dir);
  }
}, 240_000);
