import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { type Installation, installations } from "../support/installations.ts";
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

describe.each(installations)("notifications, roads and tables ($name)", ({ open }) => {
  const dir = tempFolder("notify");
  let installation: Installation;
  let product: Product;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  beforeAll(async () => {
    receiver = await startReceiver();
    installation = await open();
    const env = { ...installation.env, MILLRACE_NOTIFY_INTERNAL_HOSTS: "127.0.0.1" };
    product = await startProduct({ dir, env });
  });
  afterAll(async () => {
    await product?.stop();
    await installation?.close();
    await receiver?.close();
    removeFolder(dir);
  });

  const send = (token: string, values: object) =>
    fetch(`${product.http}/api/v1/${token}/telemetry`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(values),
    });
  const titles = () =>
    receiver.received.map(({ body }) => JSON.parse(body) as { title: string; device: string });

  test("a reading raises an alarm, and the receiver is told of it", async () => {
    const settings = { type: "webhook", url: receiver.url };
    await ask(`${product.http}/api/channels/ops`, "PUT", { settings, secret: "s3cret" });
    await deployFlow(product.http, flow);
    const { token } = await addDevice(product.http, { name: "Pump 4" });
    await send(token, { temperature: 85 });
    await expect.poll(() => receiver.received.length).toBe(1);
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
  }, 120_000);

  test("a flow goes on when a notification was sent, also behind a road; other flows see the alarm of the road", async () => {
    const tell = (id: string, title: string) => ({
      id,
      kind: "notify",
      config: { channel: "ops", title, text: "Told." },
    });
    await deployFlow(product.http, {
      ...flow,
      id: "roads",
      nodes: [
        { id: "in", kind: "input", config: {} },
        {
          id: "slow",
          kind: "alert",
          config: {
            type: "Slow",
            severity: "minor",
            by: "road",
            raise: { all: [{ fact: "speed", operator: "lessThan", value: 20 }] },
          },
        },
        tell("first", '="Slow: " + device.name'),
        tell("then", '="Told by " + notification.channel'),
      ],
      edges: [
        { from: "in", to: "slow" },
        { from: "slow", output: "raised", to: "first" },
        { from: "first", output: "sent", to: "then" },
      ],
    } as Flow);
    await deployFlow(product.http, {
      ...flow,
      id: "watch",
      nodes: [
        { id: "in", kind: "input", config: { types: ["alarm-change"] } },
        tell("seen", '="Seen: " + alarm + " " + change'),
      ],
      edges: [{ from: "in", to: "seen" }],
    } as Flow);
    const { token } = await addDevice(product.http, { name: "det 1", attributes: { road: "A1" } });
    await send(token, { speed: 10 });
    const found = ["Slow: road A1", "Told by ops", "Seen: Slow raised"];
    await expect.poll(() => titles().filter(({ title }) => found.includes(title))).toHaveLength(3);
    const told = titles().filter(({ title }) => found.includes(title));
    expect(told.map(({ device }) => device)).toEqual(["road A1", "road A1", "road A1"]);
  }, 120_000);

  test("a flow reads its device's road and a table, and each change of them", async () => {
    const { http } = product;
    const table = (fine: number) => ({
      key: "zone",
      columns: [
        { name: "zone", type: "text" },
        { name: "fine", type: "number" },
      ],
      rows: [["N", fine]],
    });
    const put = (body: object) =>
      fetch(`${http}/api/tables/zones`, {
        method: "PUT",
        headers: { "content-type": "application/json", "if-match": "*" },
        body: JSON.stringify(body),
      });
    await ask(`${http}/api/tables/zones`, "PUT", table(20));
    const road = await addDevice(http, { name: "A1", attributes: { limit: 80 } });
    const { id, token } = await addDevice(http, { name: "det 2", attributes: { road: "A1", zone: "N" } });
    const limits: Flow = {
      ...flow,
      id: "limits",
      nodes: [
        { id: "in", kind: "input", config: {} },
        {
          id: "more",
          kind: "enrich",
          config: {
            related: [{ through: "road", attribute: "limit" }],
            lookup: [{ table: "zones", by: "zone", column: "fine" }],
          },
        },
        { id: "keep", kind: "save", config: { measurement: "limits" } },
      ],
      edges: [
        { from: "in", to: "more" },
        { from: "more", output: "out", to: "keep" },
      ],
    };
    await deployFlow(http, limits);
    let n = 0;
    const latest = async () => {
      await send(token, { n: ++n });
      const found = await ask<Record<string, { value: number }>>(`${http}/api/devices/${id}/latest`);
      return [found.limit?.value, found.fine?.value];
    };
    await expect.poll(latest).toEqual([80, 20]);
    expect((await put(table(30))).status).toBe(200);
    await expect.poll(latest).toEqual([80, 30]);
    await ask(`${http}/api/devices/${road.id}`, "PATCH", { attributes: { limit: 60 } });
    await expect.poll(latest).toEqual([60, 30]);
    expect((await fetch(`${http}/api/tables/zones`, { method: "DELETE" })).status).toBe(409);
  }, 180_000);
});
