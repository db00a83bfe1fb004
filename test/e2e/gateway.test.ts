import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDevice, ask, deployFlow, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const dir = tempFolder();
let product: Product;
let client: MqttClient;
let pump: { id: string };

beforeAll(async () => {
  product = await startProduct({ dir });
  const gateway = await addDevice(product.http, { name: "Gateway 1" });
  pump = await addDevice(product.http, { name: "Pump 7", attributes: { gateway: "Gateway 1" } });
  await addDevice(product.http, { name: "Pump 8", attributes: { gateway: "Gateway 2" } });
  await deployFlow(product.http, {
    id: "keep",
    name: "Keep",
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: {} },
      { id: "kept", kind: "save", config: { measurement: "pump" } },
    ],
    edges: [{ from: "in", output: "out", to: "kept" }],
  } as { id: string });
  client = await connectAsync(product.mqtt, { username: gateway.token });
});
afterAll(async () => {
  await client.endAsync();
  await product.stop();
  removeFolder(dir);
});

const publish = (told: object) =>
  client.publishAsync("v1/gateway/telemetry", JSON.stringify(told), { qos: 1 });

test("readings that a gateway passes on are the device's own, in the order they came", async () => {
  const now = Date.now();
  await Promise.all(
    Array.from({ length: 50 }, (_, n) => publish({ "Pump 7": [{ ts: now - 1000 + n, values: { n } }] })),
  );
  const values = async () => {
    const { items } = await ask<{ items: { value: number }[] }>(
      `${product.http}/api/series?device=${pump.id}&key=n`,
    );
    return items.map(({ value }) => value);
  };
  await expect.poll(values).toEqual(Array.from({ length: 50 }, (_, n) => n));
});

test.each([
  ["a device of another gateway", "Pump 8", /not behind the gateway "Gateway 1"/],
  ["a device that does not exist", "Pump 99", /There is no device "Pump 99"/],
])("%s: a dead letter that says how to mend it", async (_, name, sentence) => {
  await publish({ [name]: [{ bar: 1 }] });
  const letters = async () => {
    const { items } = await ask<{ items: { reason: string; message: string }[] }>(
      `${product.http}/api/dead-letters`,
    );
    return items.filter(({ reason }) => reason === "not_behind_gateway").map(({ message }) => message);
  };
  await expect.poll(async () => (await letters()).join("\n")).toMatch(sentence);
});
