import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { addDevice, ask, deployFlow, type Product, startProduct } from "../support/product.ts";
import { startReceiver } from "../support/receiver.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const flow: Flow = {
  id: "pumps",
  name: "Pumps",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "hot",
      kind: "alert",
      config: {
        type: "Hot",
        severity: "major",
        raise: { all: [{ fact: "temperature", operator: "greaterThan", value: 80 }] },
      },
    },
    {
      id: "tell",
      kind: "notify",
      config: { channel: "ops", title: '="Hot: " + device.name', text: "Go and look." },
    },
  ],
  edges: [
    { from: "in", to: "hot" },
    { from: "hot", output: "raised", to: "tell" },
  ],
  layout: {},
};

const dir = tempFolder("notify");
let product: Product;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  receiver = await startReceiver();
  product = await startProduct({ dir, env: { MILLRACE_NOTIFY_INTERNAL_HOSTS: "127.0.0.1" } });
}, 60_000);
afterAll(async () => {
  await product?.stop();
  await receiver?.close();
  removeFolder(dir);
});

test("a reading raises an alarm, and the receiver is told of it", async () => {
  const settings = { type: "webhook", url: receiver.url };
  await ask(`${product.http}/api/channels/ops`, "PUT", { settings, secret: "s3cret" });
  await deployFlow(product.http, flow);
  const { token } = await addDevice(product.http, { name: "Pump 4" });
  await fetch(`${product.http}/api/v1/${token}/telemetry`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"temperature":85}',
  });
  await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(1);
  const [{ body, headers }] = receiver.received as [(typeof receiver.received)[number]];
  const alarms = await ask<{ items: { id: string }[] }>(`${product.http}/api/alarms`);
  expect(JSON.parse(body)).toMatchObject({
    title: "Hot: Pump 4",
    text: "Go and look.",
    flow: "pumps",
    alarmId: alarms.items[0]!.id,
    values: { temperature: 85 },
  });
  expect(headers["millrace-signature"]).toMatch(/^v1=[0-9a-f]{64}$/);
}, 60_000);
