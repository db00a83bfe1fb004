import { expect, test } from "vitest";
import { maxPayloadBytes } from "../../engine/model/host.ts";
import { messagesOf, mqttPlace } from "./mqtt-place.ts";
import { run } from "./run.ts";
import { until } from "./until.ts";
import { connectPacket, packet, publishPacket, subscribePacket, text, types, word } from "./wire.ts";

const local = "v1/devices/me/local";
const place = mqttPlace();

const strays = [
  "telemetry",
  "v1/devices/d2/telemetry",
  "devices/d1/local/x",
  "v1/devices/me/telemetry/",
  "v1/devices/me/local/",
  "v1/devices/me/rpc/request/1",
  "v1/devices/me/rpc/response/seven",
  "v1/devices/me/attributes/request/1/2",
  "$SYS/broker",
  "taken",
  `${local}${"/x".repeat(40)}`,
  `v1${"/x".repeat(40)}`,
  `v1${"/x".repeat(400)}`,
];

test.each(strays)(
  "what is published to %s is acknowledged, kept as a dead letter, and the connection goes on",
  async (topic) => {
    const wire = await place.connectedWire();
    for (const qos of [0, 1]) wire.write(publishPacket(topic, '{"a":1}', { qos, id: 3, retain: true }));
    wire.write(publishPacket("v1/devices/me/telemetry", "{}", { qos: 1, id: 4 }));
    await until(() => wire.ids(types.puback).length === 2);
    expect(place.host.texts).toEqual(["{}"]);
    const [first, second] = place.host.rejected;
    expect(first).toMatchObject({ device: "d1", code: "unknown_topic", raw: '{"a":1}' });
    expect(first?.message).toContain(`"${topic.slice(0, 60)}`);
    expect(first?.message).toContain("v1/devices/me/telemetry, v1/devices/me/attributes");
    expect(second?.raw).toBe('{"a":1}');
  },
);

test("a payload above the limit is acknowledged and kept as a dead letter", async () => {
  const client = await place.connect();
  const payload = "x".repeat(maxPayloadBytes + 1);
  await client.publishAsync("v1/devices/me/telemetry", payload, { qos: 1 });
  await client.publishAsync("v1/devices/me/telemetry", "{}", { qos: 1 });
  expect(place.host.rejected).toMatchObject([{ device: "d1", code: "payload_too_large", raw: payload }]);
  expect(place.host.texts).toEqual(["{}"]);
});

const filters: [string, number][] = [
  ["v1/devices/me/attributes", 1],
  ["v1/devices/me/rpc/request/+", 1],
  ["v1/devices/me/rpc/response/+", 1],
  ["v1/devices/me/attributes/response/+", 1],
  [`${local}/#`, 1],
  [`${local}/+/b`, 1],
  ["#", 128],
  ["+/devices/me/local/x", 128],
  ["+/#", 128],
  ["$SYS/#", 128],
  ["devices/d2/#", 128],
  ["taken", 128],
  ["v1/devices/me/telemetry", 128],
  ["v1/devices/+/local/#", 128],
  ["v1/devices/me/local", 128],
  [`${local}${"/+".repeat(40)}`, 128],
];

test.each(filters)("a subscription to %s is answered %i", async (filter, granted) => {
  const wire = await place.connectedWire();
  wire.write(subscribePacket(9, [filter, 1]));
  const { body } = await wire.first(types.suback);
  expect([...body]).toEqual([0, 9, granted]);
});

test("one SUBSCRIBE gets one answer for each filter, also for refused ones", async () => {
  const wire = await place.connectedWire({ clientId: "keeps", clean: false });
  wire.write(subscribePacket(2, ["#", 1], [`${local}/a`, 2], ["+/x", 0], [`${local}/b`, 0]));
  const { body } = await wire.first(types.suback);
  expect([...body.subarray(2)]).toEqual([128, 2, 128, 0]);
});

test("a connection has at most 256 subscriptions", async () => {
  const wire = await place.connectedWire();
  const many = Array.from({ length: 300 }, (_, i): [string, number] => [`${local}/${i}`, 0]);
  wire.write(subscribePacket(2, ...many));
  const { body } = await wire.first(types.suback);
  expect([...body.subarray(2)].filter((code) => code === 128)).toHaveLength(44);
});

test("the local tree is MQTT between the clients of one device, and closed to others", async () => {
  const [one, two, stranger] = await Promise.all([
    place.connect(),
    place.connect(),
    place.connect({ username: "token-of-d2" }),
  ]);
  const [gotTwo, gotStranger] = [messagesOf(two!), messagesOf(stranger!)];
  for (const client of [two!, stranger!]) await client.subscribeAsync(`${local}/#`, { qos: 2 });
  for (const qos of [0, 1, 2] as const) await one!.publishAsync(`${local}/door`, `qos ${qos}`, { qos });
  await stranger!.publishAsync(`${local}/door`, "mine", { qos: 1 });
  await until(() => gotTwo.length === 3 && gotStranger.length === 1);
  expect(gotTwo).toEqual([`${local}/door qos 0`, `${local}/door qos 1`, `${local}/door qos 2`]);
  expect(gotStranger).toEqual([`${local}/door mine`]);
  expect(place.host.uploads).toEqual([]);
});

test("no message comes at a higher QoS than was subscribed for", async () => {
  const [one, two] = await Promise.all([place.connect(), place.connect()]);
  await two!.subscribeAsync({ [`${local}/+`]: { qos: 1 }, [`${local}/exact/zero`]: { qos: 0 } });
  const levels: number[] = [];
  two!.on("message", (_topic, _payload, { qos }) => levels.push(qos));
  await one!.publishAsync(`${local}/a`, "x", { qos: 2 });
  await one!.publishAsync(`${local}/exact/zero`, "x", { qos: 2 });
  await until(() => levels.length === 2);
  expect(levels).toEqual([1, 0]);
});

test("after UNSUBSCRIBE nothing comes, before the CONNACK too", async () => {
  const [one, two] = await Promise.all([place.connect(), place.connect()]);
  const got = messagesOf(two!);
  await two!.subscribeAsync([`${local}/a`, `${local}/b`], { qos: 1 });
  await two!.unsubscribeAsync(`${local}/a`);
  await one!.publishAsync(`${local}/a`, "gone", { qos: 1 });
  await one!.publishAsync(`${local}/b`, "here", { qos: 1 });
  await until(() => got.length > 0);
  expect(got).toEqual([`${local}/b here`]);
});

test("a persistent session leaves out what was unsubscribed, also in the same write as the CONNECT", async () => {
  const keeping = { clientId: "keeper", clean: false };
  const wire = await place.wire();
  wire.write(
    connectPacket(keeping),
    subscribePacket(1, [`${local}/a`, 1], [`${local}/b`, 1]),
    packet(0xa2, word(2), text(`${local}/a`)),
  );
  await wire.first(types.unsuback);
  wire.socket.destroy();
  const one = await place.connect();
  await one.publishAsync(`${local}/a`, "gone", { qos: 1 });
  await one.publishAsync(`${local}/b`, "kept", { qos: 1 });

  const back = await place.wire();
  back.write(connectPacket(keeping));
  const connack = await back.first(types.connack);
  expect(connack.body[0]).toBe(1);
  const { body } = await back.first(types.publish);
  expect(body.toString()).toContain("kept");
  expect(back.of(types.publish)).toHaveLength(1);
});

test("retained messages and wills work in the local tree", async () => {
  const will = { topic: `${local}/status`, payload: Buffer.from("dead"), qos: 1 as const, retain: true };
  const one = await place.connect({ will });
  await one.publishAsync(`${local}/status`, "alive", { qos: 1, retain: true });
  const two = await place.connect();
  const got = messagesOf(two);
  await two.subscribeAsync(`${local}/#`, { qos: 1 });
  await until(() => got.length === 1);
  one.stream.destroy();
  await until(() => got.length === 2);
  expect(got).toEqual([`${local}/status alive`, `${local}/status dead`]);

  const other = await place.connect({ username: "token-of-d2" });
  const gotOther = messagesOf(other);
  await other.subscribeAsync(`${local}/#`, { qos: 1 });
  const late = await place.connect();
  const gotLate = messagesOf(late);
  await late.subscribeAsync(`${local}/status`, { qos: 0 });
  await until(() => gotLate.length === 1);
  expect([gotLate, gotOther]).toEqual([[`${local}/status dead`], []]);
});

test("telemetry sent to be retained is stored nowhere", async () => {
  const client = await place.connect();
  await client.publishAsync("v1/devices/me/telemetry", "{}", { qos: 1, retain: true });
  expect(place.host.texts).toEqual(["{}"]);
});

test("a will outside the topics is a dead letter", async () => {
  const wire = await place.connectedWire({ will: { topic: "lastwords", payload: "bye" } });
  wire.socket.destroy();
  await until(() => place.host.rejected.length === 1);
  expect(place.host.rejected).toMatchObject([{ code: "unknown_topic", raw: "bye" }]);
});

test("mosquitto's clients work", async () => {
  const login = ["-h", "127.0.0.1", "-p", String(place.broker.port), "-u", "token-of-d1"];
  const listening = run("mosquitto_sub", [...login, "-t", `${local}/+`, "-q", "1", "-C", "1", "-W", "20"]);
  const sending = setInterval(() => {
    void run("mosquitto_pub", [...login, "-t", `${local}/hi`, "-m", "there", "-q", "1"]);
  }, 300);
  expect(await listening).toMatchObject({ code: 0, out: "there\n" });
  clearInterval(sending);
  const sent = await run("mosquitto_pub", [
    ...login,
    "-t",
    "v1/devices/me/telemetry",
    "-m",
    '{"n":1}',
    "-q",
    "2",
  ]);
  expect([sent.code, place.host.texts]).toEqual([0, ['{"n":1}']]);
  const refused = await run("mosquitto_pub", [
    "-p",
    String(place.broker.port),
    "-u",
    "who",
    "-t",
    "x",
    "-m",
    "x",
  ]);
  expect([refused.code, refused.err]).toEqual([4, expect.stringContaining("bad user name or password")]);
});
