import { connectAsync } from "mqtt";
import { describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { installations } from "../support/installations.ts";
import { addDevice, ask, deployFlow, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const onlyIf = (poison: string) => ({
  id: `if-${poison}`,
  kind: "filter",
  config: { when: { all: [{ fact: "poison", operator: "equal", value: poison }] } },
});
const calculates = (id: string, expression: string) => ({
  id,
  kind: "enrich",
  config: { calculate: [{ as: "result", expression }] },
});

/** A few kilobytes that cost minutes, or gigabytes: the flow takes a long text apart once for each item of a list. */
const flow: Flow = {
  id: "costly",
  name: "Costly",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "step",
      kind: "enrich",
      config: { delta: [{ of: "n", as: "change" }] },
    },
    { id: "kept", kind: "save", config: { measurement: "costly", fields: ["n", "change"] } },
    onlyIf("loops"),
    calculates("loops", "items.all(x, text.split('').size() > 0)"),
    onlyIf("bursts"),
    calculates("bursts", "items.map(x, text.split('')).size()"),
  ],
  edges: [
    { from: "in", output: "out", to: "step" },
    { from: "step", output: "out", to: "kept" },
    { from: "in", output: "out", to: "if-loops" },
    { from: "if-loops", output: "pass", to: "loops" },
    { from: "in", output: "out", to: "if-bursts" },
    { from: "if-bursts", output: "pass", to: "bursts" },
  ],
  layout: {},
};

const poison = (kind: "loops" | "bursts") =>
  JSON.stringify({ poison: kind, items: Array.from({ length: 20_000 }, () => 1), text: "a".repeat(100_000) });

const startTs = 1_700_000_000_000;
const readings = 300;

describe.each(installations)("on $name", ({ open }) => {
  test("a message that never ends, or needs all memory, is one dead letter; all others are evaluated once, in order", async () => {
    const [installation, dir] = [await open(), tempFolder()];
    const product = await startProduct({ dir, env: { MILLRACE_LANES: "2", ...installation.env } });
    try {
      await deployFlow(product.http, flow);
      const devices = await Promise.all(
        [0, 1, 2, 3, 4, 5].map((i) => addDevice(product.http, { name: `costly-${i}` })),
      );
      const clients = await Promise.all(
        devices.map(({ token }) => connectAsync(product.mqtt, { username: token })),
      );
      const published = clients.map(async (client, index) => {
        const send = (payload: string) => client.publishAsync("v1/devices/me/telemetry", payload, { qos: 1 });
        for (let n = 1; n <= readings; n++) {
          await send(JSON.stringify({ ts: startTs + n, values: { n } }));
          if (n === 100 && index === 0) await send(poison("loops"));
          if (n === 200 && index === 1) await send(poison("bursts"));
        }
      });
      await Promise.all(published);
      for (const { id } of devices) {
        const changes = async () => {
          const query = `device=${id}&key=change&from=${startTs}&to=${startTs + readings + 1}&limit=1000`;
          const { items } = await ask<{ items: { value: number }[] }>(`${product.http}/api/series?${query}`);
          return items.map(({ value }) => value);
        };
        await expect.poll(async () => (await changes()).length, { timeout: 20_000 }).toBe(readings - 1);
        expect(new Set(await changes())).toEqual(new Set([1]));
      }
      const letters = await ask<{ items: Record<string, string>[] }>(`${product.http}/api/dead-letters`);
      expect(letters.items.map(({ device, raw }) => [device, raw]).toReversed()).toEqual([
        [devices[0]!.id, Buffer.from(poison("loops")).toString("base64")],
        [devices[1]!.id, Buffer.from(poison("bursts")).toString("base64")],
      ]);
      expect(letters.items.at(-1)).toMatchObject({ reason: "evaluation_timeout" });
      expect(["evaluation_timeout", "evaluation_crashed"]).toContain(letters.items[0]!.reason);
      await Promise.all(clients.map((client) => client.endAsync()));
    } finally {
      await product.stop();
      await installation.close();
      removeFolder(dir);
    }
  }, 90_000);
});
