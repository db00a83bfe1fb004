import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Alarm } from "../../engine/model/alarm.ts";
import type { Command } from "../../engine/model/command.ts";
import type { Flow, FlowNode } from "../../engine/model/flow.ts";
import { installations } from "../support/installations.ts";
import { addDevice, ask, deployFlow, freePorts, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const alarmWith = (id: string, type: string): FlowNode => ({
  id,
  kind: "alert",
  config: {
    type,
    severity: "major",
    raise: { all: [] },
    clear: { any: [{ fact: "never", operator: "equal", value: true }] },
    calculate: [
      { as: "state", expression: "command.state" },
      { as: "why", expression: "command.reason" },
      { as: "rpm", expression: "command.answer.rpm" },
    ],
  },
});

/** Where the fact is true, a fan is turned on; so long it has to answer, and to cool down. */
const cooling = (fact: string, times: { timeout: string; within: string }): Flow => ({
  id: fact,
  name: fact,
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "hot",
      kind: "filter",
      config: { when: { all: [{ fact, operator: "equal", value: true }] } },
    },
    {
      id: "fan",
      kind: "command",
      config: {
        method: "fanOn",
        timeout: times.timeout,
        retries: 1,
        confirm: {
          when: {
            all: [{ fact: "temperature", operator: "lessThan", value: { fact: "before.temperature" } }],
          },
          within: times.within,
        },
      },
    },
    alarmWith("cooled", "Cooled"),
    alarmWith("escalate", "Not cooling"),
  ],
  edges: [
    { from: "in", output: "out", to: "hot" },
    { from: "hot", output: "pass", to: "fan" },
    { from: "fan", output: "succeeded", to: "cooled" },
    { from: "fan", output: "failed", to: "escalate" },
  ],
  layout: {},
});
/** What shall not run out is long, on any machine; what shall, is short. */
const coolings = [
  cooling("hot", { timeout: "30s", within: "30s" }),
  cooling("unconfirmed", { timeout: "30s", within: "2s" }),
  cooling("unanswered", { timeout: "3s", within: "30s" }),
];

const gate: Flow = {
  id: "gate",
  name: "Gate",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "high",
      kind: "filter",
      config: { when: { all: [{ fact: "level", operator: "greaterThan", value: 5 }] } },
    },
    { id: "open", kind: "command", config: { method: "openGate", approval: true, key: "=string(job)" } },
    alarmWith("opened", "Gate opened"),
    alarmWith("refused", "Gate not opened"),
  ],
  edges: [
    { from: "in", output: "out", to: "high" },
    { from: "high", output: "pass", to: "open" },
    { from: "open", output: "succeeded", to: "opened" },
    { from: "open", output: "failed", to: "refused" },
  ],
  layout: {},
};

/** Keeps what happens to devices as points, for the test to look at. */
const events: Flow = {
  id: "events",
  name: "Events",
  schema: 1,
  nodes: [
    {
      id: "in",
      kind: "input",
      config: {
        types: ["connected", "disconnected", "command-result", "alarm-change"],
        when: { all: [{ fact: "watched", operator: "equal", value: true }] },
      },
    },
    { id: "kept", kind: "save", config: { measurement: "events" } },
  ],
  edges: [{ from: "in", output: "out", to: "kept" }],
  layout: {},
};

type Answer = (request: { id: string; method: string; params: unknown }) => object | undefined;

describe.each(installations)("commands with real devices ($name)", ({ open }) => {
  const dir = tempFolder();
  let product: Product;
  let servers: { env: object; close(): Promise<void> };
  let ports: Record<string, string>;
  const clients: MqttClient[] = [];
  let count = 0;

  const begin = () => startProduct({ dir, env: { ...servers.env, ...ports } });
  beforeAll(async () => {
    [servers, ports] = await Promise.all([open(), freePorts()]);
    product = await begin();
    for (const flow of [...coolings, gate, events]) await deployFlow(product.http, flow);
  });
  afterAll(async () => {
    for (const client of clients) client.end(true);
    await product?.stop();
    await servers?.close();
    removeFolder(dir);
  });

  /** A device that answers as told; undefined: not at all. */
  async function connect(answer: Answer, attributes: object = {}) {
    const device = await addDevice(product.http, { name: `fan ${++count}`, attributes });
    const client = await mqtt.connectAsync(product.mqtt, { username: device.token, reconnectPeriod: 200 });
    clients.push(client);
    const requests: string[] = [];
    client.on("message", (topic, payload) => {
      const id = topic.split("/").at(-1)!;
      requests.push(id);
      const said = answer({ id, ...JSON.parse(payload.toString()) });
      if (said) client.publish(`v1/devices/me/rpc/response/${id}`, JSON.stringify(said), { qos: 1 });
    });
    await client.subscribeAsync("v1/devices/me/rpc/request/+", { qos: 1 });
    const send = (values: object) =>
      client.publishAsync("v1/devices/me/telemetry", JSON.stringify(values), { qos: 1 });
    return { ...device, client, requests, send };
  }

  const alarmsOf = async (device: string) =>
    (await ask<{ items: Alarm[] }>(`${product.http}/api/alarms?device=${device}`)).items;
  const commandsOf = async (device: string) =>
    (await ask<{ items: Command[] }>(`${product.http}/api/commands?device=${device}`)).items;
  const soon = { interval: 50 };

  test("a device that does its part and cools down: the flow goes on by succeeded, with the answer", async () => {
    const fan = await connect(() => ({ rpm: 900 }));
    await fan.send({ hot: true, temperature: 30 });
    await expect.poll(async () => (await commandsOf(fan.id))[0]?.state, soon).toBe("succeeded");
    expect(await alarmsOf(fan.id)).toEqual([]);
    await fan.send({ temperature: 31 });
    // The result is in the lane's queue a moment after the command shows it.
    await expect
      .poll(async () => {
        await fan.send({ temperature: 29 });
        return (await alarmsOf(fan.id)).map(({ type, details }) => [type, details.state, details.rpm]);
      }, soon)
      .toEqual([["Cooled", "succeeded", 900]]);
    const [alarm] = await alarmsOf(fan.id);
    expect(alarm!.cause.path).toEqual(["fan", "cooled"]);
  });

  test("a device that does its part and does not cool down: failed, not confirmed", async () => {
    const fan = await connect(() => ({ rpm: 900 }));
    await fan.send({ unconfirmed: true, temperature: 30 });
    await fan.send({ temperature: 30.5 });
    await expect.poll(async () => (await alarmsOf(fan.id)).length, soon).toBe(1);
    expect((await alarmsOf(fan.id))[0]).toMatchObject({
      type: "Not cooling",
      details: { state: "failed", why: expect.stringMatching(/^Not confirmed within 2s/) },
    });
  });

  test("a device that answers with an error: failed at once, with its words", async () => {
    const fan = await connect(() => ({ error: "no power" }));
    await fan.send({ hot: true, temperature: 30 });
    await expect.poll(async () => (await alarmsOf(fan.id)).length, soon).toBe(1);
    expect(await alarmsOf(fan.id)).toMatchObject([
      { type: "Not cooling", details: { state: "failed", why: "no power" } },
    ]);
    expect(fan.requests).toHaveLength(1);
  });

  test("a device that never answers: asked again under the same id, then timed out", async () => {
    const fan = await connect(() => undefined);
    await fan.send({ unanswered: true, temperature: 30 });
    await expect.poll(async () => (await alarmsOf(fan.id)).length, soon).toBe(1);
    expect((await alarmsOf(fan.id))[0]!.details).toMatchObject({
      state: "timed_out",
      why: "The device did not answer within 3 s, sent 2 times.",
    });
    const [command] = await commandsOf(fan.id);
    expect(fan.requests).toEqual([`${command!.id}`, `${command!.id}`]);
    expect(command).toMatchObject({ state: "timed_out", attempts: 1, retries: 1 });
  });

  test("a device that answers the second time: succeeded", async () => {
    let asked = 0;
    const fan = await connect(() => (++asked > 1 ? { rpm: 300 } : undefined));
    await fan.send({ unanswered: true, temperature: 30 });
    await expect.poll(async () => (await commandsOf(fan.id))[0]?.state, soon).toBe("succeeded");
    expect((await commandsOf(fan.id))[0]).toMatchObject({ attempts: 1, answer: { rpm: 300 } });
  });

  test("nothing is sent before somebody approves it; the same job asks once", async () => {
    const gate = await connect(() => ({ done: true }));
    await gate.send({ level: 9, job: 1 });
    await gate.send({ level: 9, job: 1 });
    await gate.send({ level: 9, job: 2 });
    await expect
      .poll(async () => (await commandsOf(gate.id)).map(({ state }) => state), soon)
      .toEqual(["waiting_approval", "waiting_approval"]);
    const [second, first] = await commandsOf(gate.id);
    expect(gate.requests).toEqual([]);
    await ask(`${product.http}/api/commands/${first!.id}/approve`, "POST");
    await ask(`${product.http}/api/commands/${second!.id}/reject`, "POST", { reason: "People in the basin" });
    await expect
      .poll(async () => (await alarmsOf(gate.id)).map(({ type }) => type).sort(), soon)
      .toEqual(["Gate not opened", "Gate opened"]);
    expect(gate.requests).toEqual([`${first!.id}`]);
    const refused = (await alarmsOf(gate.id)).find(({ type }) => type === "Gate not opened");
    expect(refused!.details).toMatchObject({ state: "rejected", why: "People in the basin" });
  });

  test("what happens to a device comes into other flows, in order and once each", async () => {
    const fan = await connect(() => ({ error: "no power" }), { watched: true });
    const quiet = await connect(() => ({ error: "no power" }));
    for (const each of [fan, quiet]) await each.send({ hot: true, temperature: 30 });
    await expect.poll(async () => (await alarmsOf(fan.id)).length, soon).toBe(1);
    await ask(`${product.http}/api/alarms/${(await alarmsOf(fan.id))[0]!.id}/clear`, "POST");
    await fan.client.endAsync();
    const seen = async (device: string, key: string) =>
      (
        await ask<{ items: { value: unknown }[] }>(`${product.http}/api/series?device=${device}&key=${key}`)
      ).items.map(({ value }) => value);
    await expect.poll(() => seen(fan.id, "protocol"), soon).toEqual(["mqtt", "mqtt"]);
    await expect.poll(() => seen(fan.id, "change"), soon).toEqual(["raised", "cleared"]);
    expect(await seen(fan.id, "state")).toEqual(["failed"]);
    expect(await seen(fan.id, "reason")).toEqual(["no power"]);
    expect((await seen(fan.id, "connectedMs")).length).toBe(1);
    expect(await seen(quiet.id, "protocol")).toEqual([]);
  });

  test("an answer that came just before the server was killed takes effect once after it is back", async () => {
    let answered = () => {};
    const wasAnswered = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const fan = await connect(() => undefined);
    await fan.send({ hot: true, temperature: 30 });
    await expect.poll(() => fan.requests.length, soon).toBe(1);
    const reply = `v1/devices/me/rpc/response/${fan.requests[0]}`;
    fan.client.publish(reply, '{"error":"worn out"}', { qos: 1 }, () => answered());
    await wasAnswered;
    await product.kill();
    product = await begin();
    await expect.poll(async () => (await alarmsOf(fan.id)).length, soon).toBe(1);
    expect((await alarmsOf(fan.id))[0]!.details).toMatchObject({ state: "failed", why: "worn out" });
    expect((await commandsOf(fan.id)).map(({ state }) => state)).toEqual(["failed"]);
    const metrics = await (await fetch(`${product.http}/metrics`)).text();
    expect(metrics).toMatch(/millrace_commands_total/);
    expect(metrics).toMatch(/millrace_device_events_total/);
  }, 120_000);
});
