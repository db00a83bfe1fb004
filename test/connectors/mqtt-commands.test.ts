import { expect, test } from "vitest";
import { messagesOf, mqttPlace } from "./mqtt-place.ts";
import { until } from "./until.ts";
import { connectPacket, publishPacket, subscribePacket, types } from "./wire.ts";

const commands = "v1/devices/me/rpc/request/+";
const setLimit = { id: 7, method: "setLimit", params: { kmh: 40 } };
const place = mqttPlace();

test("a command comes, is reported sent, then delivered, and is answered", async () => {
  const client = await place.connect();
  const got = messagesOf(client);
  await client.subscribeAsync(commands, { qos: 1 });
  place.host.command("d1", setLimit);
  await until(() => place.host.sent.length === 2);
  expect(got).toEqual(['v1/devices/me/rpc/request/7 {"method":"setLimit","params":{"kmh":40}}']);
  expect(place.host.sent).toEqual(["d1 7 sent", "d1 7 delivered"]);

  await client.publishAsync("v1/devices/me/rpc/response/7", '{"ok":true}', { qos: 1 });
  expect(place.host.answers).toEqual([{ device: "d1", command: 7, text: '{"ok":true}' }]);
});

test("a command comes at QoS 1 even to a subscription of QoS 2, at QoS 0 to one of QoS 0", async () => {
  const wire = await place.connectedWire();
  wire.write(subscribePacket(1, [commands, 2]));
  await until(() => place.host.watchersOf("d1", "command").length === 1);
  place.host.command("d1", setLimit);
  expect((await wire.first(types.publish)).flags).toBe(2);

  const light = await place.connectedWire();
  light.write(subscribePacket(1, [commands, 0]));
  await until(() => place.host.watchersOf("d1", "command").length === 2);
  place.host.sent.length = 0;
  place.host.command("d1", { ...setLimit, id: 8 });
  expect((await light.first(types.publish)).flags).toBe(0);
  expect(place.host.sent.filter((line) => line.endsWith("delivered"))).toEqual([]);
});

test("commands queued while the device was away come when it subscribes, after the SUBACK", async () => {
  place.host.queued.push({ id: 1, method: "a", params: {} }, { id: 2, method: "b", params: {} });
  const wire = await place.connectedWire();
  wire.write(subscribePacket(1, [commands, 1]));
  await until(() => wire.of(types.publish).length === 2);
  expect(wire.received.map(({ type }) => type)).toEqual([
    types.connack,
    types.suback,
    types.publish,
    types.publish,
  ]);
  expect(place.host.sent).toEqual(["d1 1 sent", "d1 2 sent"]);
});

test("a restored session gets commands without subscribing again; none is kept for it while it is away", async () => {
  const keeping = { clientId: "keeper", clean: false };
  const wire = await place.connectedWire(keeping);
  wire.write(subscribePacket(1, [commands, 1]));
  await wire.first(types.suback);
  place.host.command("d1", setLimit);
  await wire.first(types.publish);
  wire.socket.destroy();
  await until(() => place.host.watchersOf("d1", "command").length === 0);

  const back = await place.wire();
  back.write(connectPacket(keeping));
  await until(() => place.host.watchersOf("d1", "command").length === 1);
  place.host.command("d1", { ...setLimit, id: 8 });
  const { body } = await back.first(types.publish);
  expect(body.toString()).toContain("rpc/request/8");
  expect(back.of(types.publish)).toHaveLength(1);
});

test("one connection watches once, however often it subscribes, until it unsubscribes", async () => {
  const client = await place.connect();
  await client.subscribeAsync(commands, { qos: 1 });
  await client.subscribeAsync("v1/devices/me/rpc/request/5", { qos: 1 });
  expect(place.host.watchersOf("d1", "command")).toHaveLength(1);
  await client.unsubscribeAsync(commands);
  expect(place.host.watchersOf("d1", "command")).toHaveLength(0);
});

test("commands reach the device's own connections only", async () => {
  const [one, other] = await Promise.all([place.connect(), place.connect({ username: "token-of-d2" })]);
  const [got, gotOther] = [messagesOf(one!), messagesOf(other!)];
  for (const client of [one!, other!]) await client.subscribeAsync(commands, { qos: 1 });
  place.host.command("d1", setLimit);
  await until(() => got.length === 1);
  await other!.publishAsync("v1/devices/me/telemetry", "{}", { qos: 1 });
  expect(gotOther).toEqual([]);
});

test("an answer to a command nobody sent is a dead letter", async () => {
  const wire = await place.connectedWire();
  wire.write(publishPacket("v1/devices/me/rpc/response/404", "{}", { qos: 1, id: 1 }));
  await wire.first(types.puback);
  expect(place.host.rejected).toMatchObject([
    { code: "not_found", message: "There is no command 404.", raw: "{}" },
  ]);
});

const questions: [string, string, object][] = [
  [
    "named ones",
    '{"clientKeys":"firmware,none","sharedKeys":"limit"}',
    { client: { firmware: "1.2" }, shared: { limit: 50 } },
  ],
  ["one scope", '{"sharedKeys":"limit"}', { shared: { limit: 50 } }],
  ["all", "{}", { client: { firmware: "1.2", reads: 7 }, shared: { limit: 50 } }],
];

test.each(questions)("attributes are read: %s", async (_, question, answer) => {
  const client = await place.connect();
  const got = messagesOf(client);
  await client.subscribeAsync("v1/devices/me/attributes/response/+", { qos: 1 });
  await client.publishAsync("v1/devices/me/attributes/request/3", question, { qos: 1 });
  await until(() => got.length === 1);
  expect(got).toEqual([`v1/devices/me/attributes/response/3 ${JSON.stringify(answer)}`]);
});

test.each(["no JSON", "null", "7", '"a"', "[1]"])(
  "the attributes request %s does no harm",
  async (question) => {
    const wire = await place.connectedWire();
    wire.write(publishPacket("v1/devices/me/attributes/request/3", question, { qos: 1, id: 1 }));
    await wire.first(types.puback);
    expect(place.host.rejected.length).toBe(question === "no JSON" ? 1 : 0);
  },
);

test("changed shared attributes come to those who subscribed", async () => {
  const [one, other] = await Promise.all([place.connect(), place.connect({ username: "token-of-d2" })]);
  const [got, gotOther] = [messagesOf(one!), messagesOf(other!)];
  for (const client of [one!, other!]) await client.subscribeAsync("v1/devices/me/attributes", { qos: 1 });
  place.host.change("d1", { limit: 60, old: null });
  await until(() => got.length === 1);
  expect([got, gotOther]).toEqual([['v1/devices/me/attributes {"limit":60,"old":null}'], []]);
});
