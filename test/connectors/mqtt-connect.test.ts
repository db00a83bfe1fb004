import { createServer } from "node:net";
import { expect, test } from "vitest";
import { openMqtt } from "../../connectors/mqtt/open.ts";
import { mqttPlace } from "./mqtt-place.ts";
import { Recorder } from "./recorder.ts";
import { until } from "./until.ts";
import { connectPacket, packet, publishPacket, text, types, word } from "./wire.ts";

const place = mqttPlace();

const refusals: [string, Parameters<typeof connectPacket>[0], number][] = [
  ["an unknown token", { token: "nobodys-token" }, 4],
  ["no user name", { token: "" }, 5],
  ["a session to keep without a client id", { clientId: "", clean: false }, 2],
  ["a client id of 257 letters", { clientId: "x".repeat(257) }, 2],
];

test.each(refusals)("%s is refused", async (_, options, code) => {
  const wire = await place.wire();
  wire.write(connectPacket(options));
  expect((await wire.first(types.connack)).body[1]).toBe(code);
  await until(() => wire.isClosed);
  expect(place.host.counts).toEqual({ "mqtt refused": 1 });
});

test("while the registry is away the answer is 3: come again", async () => {
  place.host.isAway = true;
  const wire = await place.connectedWire();
  expect((await wire.first(types.connack)).body[1]).toBe(3);
});

test("MQTT 5 is told to come with 3.1.1", async () => {
  const wire = await place.wire();
  const rest = [word(60), Buffer.of(0), text("five"), text("token-of-d1")];
  wire.write(packet(0x10, text("MQTT"), Buffer.of(5, 128 | 2), ...rest));
  expect((await wire.first(types.connack)).body[1]).toBe(1);
});

test.each(["", "short", "x".repeat(256), "ünïcode/with/slashes#+"])(
  "client id %j is served",
  async (clientId) => {
    const wire = await place.connectedWire({ clientId });
    expect((await wire.first(types.connack)).body[1]).toBe(0);
  },
);

test("MQTT 3.1 is served", async () => {
  const client = await place.connect({ protocolId: "MQIsdp", protocolVersion: 3, clientId: "x".repeat(40) });
  await client.publishAsync("v1/devices/me/telemetry", "{}", { qos: 1 });
  expect(place.host.uploads.length).toBe(1);
});

test("two devices with one client id neither end each other nor share a session", async () => {
  const options = { clientId: "meter", clean: false };
  const first = await place.connect(options);
  await first.subscribeAsync("v1/devices/me/local/#", { qos: 1 });
  const second = await place.connect({ ...options, username: "token-of-d2" });
  expect([first.connected, second.connected]).toEqual([true, true]);
  await second.publishAsync("v1/devices/me/telemetry", "{}", { qos: 1 });
  expect(place.host.uploads[0]?.device).toBe("d2");

  second.end(true);
  const again = await place.wire();
  again.write(connectPacket({ ...options, token: "token-of-d2" }));
  expect((await again.first(types.connack)).body[0]).toBe(0);
  expect(first.connected).toBe(true);
});

test("the same client id of the same device takes over [MQTT-3.1.4-2]", async () => {
  const first = await place.connectedWire({ clientId: "meter" });
  const second = await place.connectedWire({ clientId: "meter" });
  await until(() => first.isClosed);
  second.write(publishPacket("v1/devices/me/telemetry", "{}", { qos: 1, id: 1 }));
  await second.first(types.puback);
  await until(() => place.host.counts["mqtt disconnected"] === 1);
  expect(place.host.watchersOf("d1", "revoked")).toHaveLength(1);
});

test("a revoked token ends the connection, without last words", async () => {
  const will = { topic: "v1/devices/me/telemetry", payload: "{}" };
  const wire = await place.connectedWire({ will });
  await until(() => place.host.watchersOf("d1", "revoked").length === 1);
  place.host.revoke("d1");
  await until(() => wire.isClosed && place.host.watchersOf("d1", "revoked").length === 0);
  expect(place.host.uploads).toEqual([]);
});

test("who says nothing for 10 s is sent away", async () => {
  const [silent, slow] = await Promise.all([place.wire(), place.wire()]);
  slow!.write(connectPacket({}).subarray(0, 5));
  await new Promise((resolve) => setTimeout(resolve, 8000));
  expect([silent!.isClosed, slow!.isClosed]).toEqual([false, false]);
  await until(() => silent!.isClosed && slow!.isClosed);
});

test("tokens are in no log", async () => {
  const client = await place.connect();
  await place.connect({ username: "nobodys-token" }).catch(() => {});
  client.stream.destroy();
  await until(() => place.host.counts["mqtt disconnected"] === 1);
  expect(place.host.logs.join("\n")).not.toMatch(/token-of|nobodys/);
});

test("a port in use is the system's error", async () => {
  const opening = openMqtt({ host: new Recorder(), address: "127.0.0.1", port: place.broker.port });
  await expect(opening).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("connections of another server are served", async () => {
  const server = createServer(place.broker.handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const client = await place.connect({ port });
  await client.publishAsync("v1/devices/me/telemetry", '{"via":"elsewhere"}', { qos: 1 });
  expect(place.host.texts).toEqual(['{"via":"elsewhere"}']);
  server.close();
});
