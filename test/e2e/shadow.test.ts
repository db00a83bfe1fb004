import { describe, expect, test } from "vitest";
import type { Alarm } from "../../engine/model/alarm.ts";
import { installations } from "../support/installations.ts";
import { addDevice, ask, deployFlow, freePorts, type Product, startProduct } from "../support/product.ts";
import { SteadyPublisher } from "../support/steady-publisher.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const devices = 4;
const cycles = 60;
const startTs = 1_700_000_000_000;
/** Of each cycle the second version sees trouble twice, the first one once. */
const speeds = [25, 40, 15, 40];
/** A question costs more than a message: asked seldom, so that it does not hold up what it asks for. */
const patient = { timeout: 120_000, interval: 250 };

const jam = (limit: number) => ({
  id: "jam",
  name: "Jam",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "low",
      kind: "alert",
      config: {
        type: "Jam",
        severity: "major",
        raise: { all: [{ fact: "speed", operator: "lessThan", value: limit }] },
      },
    },
  ],
  edges: [{ from: "in", to: "low" }],
  layout: {},
});

type Counts = { what: string; verdict: string; count: number }[];

describe.each(installations)("a shadow on $name", ({ open }) => {
  test("is compared once at each message, through kill -9, and has no effect", async () => {
    const [{ env: servers, close }, dir] = [await open(), tempFolder()];
    const options = { dir, env: { MILLRACE_LANES: "2", ...servers, ...(await freePorts()) } };
    let product: Product = await startProduct(options);
    const counts = async () => {
      const { comparison } = await ask<{ comparison: { counts: Counts } }>(
        `${product.http}/api/flows/jam/candidate`,
      );
      return Object.fromEntries(comparison.counts.map((one) => [`${one.verdict} ${one.what}`, one.count]));
    };
    try {
      await deployFlow(product.http, jam(20));
      const headers = { "content-type": "application/json", "if-match": "*" };
      await fetch(`${product.http}/api/flows/jam`, { method: "PUT", headers, body: JSON.stringify(jam(30)) });
      await ask(`${product.http}/api/flows/jam/versions`, "POST", {});
      await ask(`${product.http}/api/flows/jam/deploy`, "POST", { version: 2, mode: "shadow" });

      const made = await Promise.all(
        Array.from({ length: devices }, (_, n) => addDevice(product.http, { name: `detector-${n}` })),
      );
      const publishers = made.map(
        ({ token }) => new SteadyPublisher({ url: product.mqtt, token, window: 20 }),
      );
      for (let n = 0; n < cycles * speeds.length; n++)
        for (const one of publishers)
          one.publish(
            JSON.stringify({ ts: startTs + n * 1000, values: { speed: speeds[n % speeds.length]! } }),
          );
      for (const share of [0.2, 0.6]) {
        await expect
          .poll(async () => (await counts())["same raised"] ?? 0, patient)
          .toBeGreaterThan(share * devices * cycles);
        await product.kill();
        product = await startProduct(options);
      }
      await Promise.all(publishers.map((one) => one.settled()));
      for (const one of publishers) one.end();

      const each = devices * cycles;
      await expect
        .poll(counts, patient)
        .toEqual({ "same raised": each, "same cleared": each, "new raised": each, "new cleared": each });
      const { items } = await ask<{ items: Alarm[] }>(`${product.http}/api/alarms?limit=500`);
      expect(items).toHaveLength(each);
      expect(new Set(items.map(({ cause }) => `${cause.version} ${cause.values.speed}`))).toEqual(
        new Set(["1 15"]),
      );
    } finally {
      await product.stop();
      await close();
      removeFolder(dir);
    }
  }, 600_000);
});
