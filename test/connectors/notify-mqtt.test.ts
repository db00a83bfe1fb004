import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Aedes } from "aedes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSenders } from "../../connectors/notify/open.ts";
import { channelSettings, type Notice, type Undelivered } from "../../engine/model/channel.ts";
import { freeTcpPort } from "../support/free-port.ts";

const notice: Notice = {
  id: "3:17:0",
  channel: "plant",
  title: "Pump too hot",
  text: "It is 81 °C.",
  attempts: 0,
  origin: {
    device: "d1",
    deviceName: "Pump 4",
    flow: "pumps",
    version: 2,
    node: "tell",
    at: Date.UTC(2026, 4, 1, 12),
    values: { temperature: 81 },
  },
};
const inside = openSenders({ hosts: [], internalHosts: ["127.0.0.1"] });
const outside = openSenders({ hosts: ["127.0.0.1", "broker.example.org"], internalHosts: [] });

let broker: Aedes;
let port: number;
const server = createServer();
beforeAll(async () => {
  broker = await Aedes.createBroker();
  broker.authenticate = (_client, user, password, done) =>
    done(
      user === "plant" && String(password) === "s3cret"
        ? null
        : Object.assign(new Error("no"), { returnCode: 5 }),
      user === "plant" && String(password) === "s3cret",
    );
  server.on("connection", broker.handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  server.close();
});

const settings = (change: object = {}) =>
  channelSettings.parse({
    type: "mqtt",
    host: "127.0.0.1",
    port,
    security: "none",
    user: "plant",
    topic: "plant/alarms",
    ...change,
  });
const failing = (sending: Promise<void>) =>
  sending.then(
    () => undefined,
    (error: Undelivered) => error,
  );

test("a notification is published with QoS 1, as a webhook would carry it", async () => {
  const published = new Promise<{ qos: number; retain: boolean; payload: string }>((resolve) =>
    broker.on("publish", ({ topic, qos, retain, payload }) => {
      if (topic === "plant/alarms") resolve({ qos, retain, payload: String(payload) });
    }),
  );
  await inside.send(notice, settings({ retain: true }), "s3cret");
  const { qos, retain, payload } = await published;
  expect({ qos, retain }).toEqual({ qos: 1, retain: true });
  expect(JSON.parse(payload)).toMatchObject({ id: "3:17:0", title: "Pump too hot", device: "d1" });
});

test("a wrong password is final, a broker that is away is not", async () => {
  expect(await failing(inside.send(notice, settings(), "wrong"))).toMatchObject({
    isFinal: true,
    message: expect.stringContaining("the broker did not take it"),
  });
  const away = settings({ port: await freeTcpPort() });
  expect(await failing(inside.send(notice, away, "s3cret"))).toMatchObject({
    isFinal: false,
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

test("it goes to no other host, not inside by an outer name, and to the outside encrypted only", async () => {
  expect(() => inside.allow(settings({ host: "broker.example.com" }))).toThrow("MILLRACE_NOTIFY_HOSTS");
  expect(() => outside.allow(settings({ host: "broker.example.org" }))).toThrow("not be encrypted");
  expect(() => outside.allow(settings({ host: "broker.example.org", security: "tls" }))).not.toThrow();
  expect(await failing(outside.send(notice, settings(), "s3cret"))).toMatchObject({
    isFinal: true,
    message: expect.stringContaining("leads into the own network"),
  });
});

test.each(["a/+/b", "a/#", "$SYS/x", ""])('the topic "%s" is refused', (topic) => {
  expect(channelSettings.safeParse({ ...settings(), topic }).success).toBe(false);
});
