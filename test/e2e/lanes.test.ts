import { Redis } from "ioredis";
import { connectAsync } from "mqtt";
import { describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { laneOf } from "../../engine/model/lane.ts";
import { installations } from "../support/installations.ts";
import {
  addDevice,
  ask,
  deployFlow,
  millrace,
  millraceKilled,
  type Product,
  startProduct,
} from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const dayMs = 86_400_000;
const startTs = 1_700_000_000_000 - (1_700_000_000_000 % dayMs);
const devices = 12;
const roads = ["A1", "B2", "C3", "D4"];
/** Readings of a device before each stop. */
const share = 20;

const day = (id: string, by: string): Pick<Flow, "nodes" | "edges"> => ({
  nodes: [
    {
      id,
      kind: "aggregate",
      config: {
        by,
        window: { size: "1d" },
        values: [
          { fn: "count", as: "messages" },
          { of: "n", fn: "sum", as: "total" },
        ],
      },
    },
    { id: `${id}-kept`, kind: "save", config: { measurement: id, fields: ["messages", "total"] } },
  ],
  edges: [
    { from: "in", output: "out", to: id },
    { from: id, output: "window", to: `${id}-kept` },
  ],
});

/** Keeps windows open, tells what is lost, doubled or out of order by the distance to the reading before, and raises one alarm. */
const flow: Flow = {
  id: "moved",
  name: "Moved",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "step", kind: "enrich", config: { delta: [{ of: "n", as: "change" }] } },
    { id: "kept", kind: "save", config: { measurement: "steps", fields: ["n", "change"] } },
    ...day("own", "device").nodes,
    ...day("road", "road").nodes,
    {
      id: "high",
      kind: "alert",
      config: {
        type: "High",
        severity: "minor",
        raise: { all: [{ fact: "n", operator: "greaterThan", value: share / 2 }] },
      },
    },
    { id: "slow", kind: "command", config: { method: "slow" } },
  ],
  edges: [
    { from: "in", output: "out", to: "step" },
    { from: "step", output: "out", to: "kept" },
    ...day("own", "device").edges,
    ...day("road", "road").edges,
    { from: "in", output: "out", to: "high" },
    { from: "high", output: "raised", to: "slow" },
  ],
  layout: {},
};

interface Lanes {
  count: number;
  moving: number | null;
  lanes: { lane: number; devices: number; batches: number }[];
}

describe.each(installations)("the lanes of an installation with half-full windows ($name)", ({ open }) => {
  test("are moved to 7 and to 3 while it is stopped, and each reading counts once, in order, with one alarm and one command", async () => {
    const [{ env: servers, close }, dir] = [await open(), tempFolder()];
    const env: Record<string, string> = { MILLRACE_DATA_DIR: dir, ...servers };
    let product: Product = await startProduct({ dir, env: { ...env, MILLRACE_LANES: "4" } });
    const lanes = async (...args: string[]) => {
      const { code, stdout, stderr } = await millrace(["lanes", ...args, "--json"], env);
      return { code, stderr, ...(code === 0 && (JSON.parse(stdout) as Lanes)) };
    };
    /** What stopping left behind is finished out of the devices' reach, as the command says. */
    const move = async (count: number) => {
      for (let tries = 1; ; tries++) {
        const moved = await lanes(String(count));
        if (moved.code === 0 || tries === 5) return moved;
        expect(moved.stderr).toMatch(/cannot be moved yet: \d+ (batch|commit).* Start it once more/);
        const once = await startProduct({ dir, env });
        const depth = async () =>
          (await (await fetch(`${once.http}/metrics`)).text()).match(/^millrace_queue_depth \d+/m)?.[0];
        await expect.poll(depth).toBe("millrace_queue_depth 0");
        await once.stop();
      }
    };
    try {
      await deployFlow(product.http, flow);
      const made = await Promise.all(
        Array.from({ length: devices }, (_, index) =>
          addDevice(product.http, { name: `d-${index}`, attributes: { road: roads[index % roads.length] } }),
        ),
      );
      let sent = 0;
      const publishAll = async (count: number, first = startTs) => {
        const clients = await Promise.all(
          made.map(({ token }) => connectAsync(product.mqtt, { username: token, reconnectPeriod: 0 })),
        );
        for (let n = sent + 1; n <= sent + count; n++)
          await Promise.all(
            clients.map((client, index) => {
              const payload = JSON.stringify({ ts: first + n * devices + index, values: { n } });
              return client.publishAsync("v1/devices/me/telemetry", payload, { qos: 1 });
            }),
          );
        sent += count;
        return clients;
      };
      const series = async (device: string, key: string, measurement: string) => {
        const range = `from=${startTs}&to=${startTs + 2 * dayMs}&limit=5000`;
        const query = `device=${encodeURIComponent(device)}&key=${key}&measurement=${measurement}&${range}`;
        const { items } = await ask<{ items: { value: number }[] }>(`${product.http}/api/series?${query}`);
        return items.map(({ value }) => value);
      };

      await publishAll(share);
      const alive = await lanes("7");
      expect(alive).toMatchObject({ code: 1 });
      expect(alive.stderr).toMatch(/One process of the installation .* is running|in use by process \d+/);
      // Still connected: what is told of them at the end may be left to wait.
      await product.stop();
      for (const count of [7, 3]) {
        if (servers.MILLRACE_REDIS_URL) {
          const redis = new Redis(servers.MILLRACE_REDIS_URL);
          const isMoving = async () => /moving|left/.test((await redis.get("millrace:lanes")) ?? "");
          await millraceKilled(["lanes", String(count)], env, isMoving);
          redis.disconnect();
        }
        const moved = await move(count);
        expect(moved).toMatchObject({ code: 0, count, moving: null });
        expect(moved.lanes).toHaveLength(count);
        for (const { lane, devices } of moved.lanes!) {
          const keys = [...made.map(({ id }) => id), ...roads.map((road) => `road ${road}`)];
          expect(devices).toBe(keys.filter((key) => laneOf(key, count) === lane).length);
        }
        product = await startProduct({ dir, env });
        await publishAll(share);
        if (count === 7) await product.stop();
      }
      // What closes the day must not come to a road before the readings of the others.
      for (const { id } of made) {
        await expect
          .poll(async () => (await series(id, "n", "steps")).length, { timeout: 30_000 })
          .toBe(sent);
        expect(await series(id, "n", "steps")).toEqual(Array.from({ length: sent }, (_, i) => i + 1));
        expect(await series(id, "change", "steps")).toEqual(Array.from({ length: sent - 1 }, () => 1));
      }
      const readings = sent;
      const total = (readings * (readings + 1)) / 2;
      await publishAll(1, startTs + dayMs + 20_000);
      for (const { id } of made) {
        await expect.poll(() => series(id, "messages", "own"), { timeout: 30_000 }).toEqual([readings]);
        expect(await series(id, "total", "own")).toEqual([total]);
        const of = async (what: string) =>
          (await ask<{ items: object[] }>(`${product.http}/api/${what}?device=${id}`)).items;
        expect(await of("alarms")).toHaveLength(1);
        expect(await of("commands")).toHaveLength(1);
      }
      const each = devices / roads.length;
      for (const road of roads) {
        await expect
          .poll(() => series(`road ${road}`, "messages", "road"), { timeout: 30_000 })
          .toEqual([each * readings]);
        expect(await series(`road ${road}`, "total", "road")).toEqual([each * total]);
      }
      expect((await ask<{ items: object[] }>(`${product.http}/api/dead-letters`)).items).toEqual([]);
    } finally {
      await product.stop();
      await close();
      removeFolder(dir);
    }
  }, 600_000);
});
