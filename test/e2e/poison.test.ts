import { connectAsync } from "mqtt";
import { describe, expect, test } from "vitest";
import { installations } from "../support/installations.ts";
import { numbered, orderFlow, saved } from "../support/order-flow.ts";
import { costly, poisonFlow } from "../support/poison-flow.ts";
import { addDevice, ask, deployFlow, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const readings = 300;

describe.each(installations)("on $name", ({ open }) => {
  test("a message that never ends, or needs all memory, is one dead letter; all others are evaluated once, in order", async () => {
    const [installation, dir] = [await open(), tempFolder()];
    const product = await startProduct({ dir, env: { MILLRACE_LANES: "2", ...installation.env } });
    try {
      await deployFlow(product.http, orderFlow);
      await deployFlow(product.http, poisonFlow);
      const devices = await Promise.all(
        [0, 1, 2, 3, 4, 5].map((i) => addDevice(product.http, { name: `costly-${i}` })),
      );
      const clients = await Promise.all(
        devices.map(({ token }) => connectAsync(product.mqtt, { username: token })),
      );
      const published = clients.map(async (client, index) => {
        const send = (payload: string) => client.publishAsync("v1/devices/me/telemetry", payload, { qos: 1 });
        for (let n = 1; n <= readings; n++) {
          await send(numbered(n));
          if (n === 100 && index === 0) await send(costly("loops", 0));
          if (n === 200 && index === 1) await send(costly("bursts", 0));
        }
      });
      await Promise.all(published);
      for (const { id } of devices) {
        const changes = () => saved(product.http, id, "change", readings);
        await expect.poll(async () => (await changes()).length, { timeout: 60_000 }).toBe(readings - 1);
        expect(new Set(await changes())).toEqual(new Set([1]));
      }
      // Two lanes may set them aside in either order.
      const { items } = await ask<{ items: Record<string, string>[] }>(`${product.http}/api/dead-letters`);
      const [first, second] = devices.map(({ id }) => items.filter(({ device }) => device === id));
      const raw = (poison: "loops" | "bursts") => Buffer.from(costly(poison, 0)).toString("base64");
      expect(items).toHaveLength(2);
      expect(first).toMatchObject([{ raw: raw("loops"), reason: "evaluation_timeout" }]);
      expect(second).toMatchObject([{ raw: raw("bursts") }]);
      expect(["evaluation_timeout", "evaluation_crashed"]).toContain(second![0]!.reason);
      await Promise.all(clients.map((client) => client.endAsync()));
    } finally {
      await product.stop();
      await installation.close();
      removeFolder(dir);
    }
  }, 240_000);
});
