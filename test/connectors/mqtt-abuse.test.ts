import { expect, test } from "vitest";
import { maxPacketBytes } from "../../engine/model/host.ts";
import { mqttPlace } from "./mqtt-place.ts";
import { until } from "./until.ts";
import {
  connectPacket,
  lengthBytes,
  packet,
  ping,
  publishPacket,
  pubrel,
  subscribePacket,
  text,
  types,
  Wire,
  word,
} from "./wire.ts";

const telemetry = "v1/devices/me/telemetry";
const local = "v1/devices/me/local";
const place = mqttPlace();

async function isServed() {
  const client = await place.connect({ username: "token-of-d2" });
  const served = () => place.host.uploads.filter(({ device }) => device === "d2").length;
  const before = served();
  await client.publishAsync(telemetry, "{}", { qos: 1 });
  client.end(true);
  return served() === before + 1;
}

test("a packet is refused by its announced length, before its body comes", async () => {
  const wire = await place.connectedWire();
  wire.write(Buffer.concat([Buffer.of(0x32), lengthBytes(maxPacketBytes + 1), text(telemetry)]));
  await until(() => wire.isClosed);
  expect(place.host.counts["mqtt refused"]).toBe(1);
  expect(place.host.logs).toContainEqual(
    expect.stringMatching(
      /^warn MQTT packet refused: 2097153 bytes announced, the limit is 2097152.*"Device d1"/,
    ),
  );
});

test("a packet of the largest length is served, in one piece or byte by byte at its head", async () => {
  const wire = await place.connectedWire();
  const body = maxPacketBytes - 2 - telemetry.length - 2;
  const largest = publishPacket(telemetry, Buffer.alloc(body, "x"), { qos: 1, id: 1 });
  for (const byte of largest.subarray(0, 6)) {
    wire.write(Buffer.of(byte));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  wire.write(largest.subarray(6), publishPacket(telemetry, "{}", { qos: 1, id: 2 }));
  await until(() => wire.ids(types.puback).length === 2);
  expect([place.host.rejected[0]?.code, place.host.texts]).toEqual(["payload_too_large", ["{}"]]);
});

test("who has not said its name may send 128 KiB only, and no length of five bytes", async () => {
  const [large, endless] = await Promise.all([place.wire(), place.wire()]);
  large!.write(Buffer.concat([Buffer.of(0x10), lengthBytes(131_073)]));
  endless!.write(Buffer.of(0x10, 0xff, 0xff, 0xff, 0xff, 0x7f));
  await until(() => large!.isClosed && endless!.isClosed);
  expect(place.host.counts["mqtt refused"]).toBe(2);
});

const broken: [string, Buffer[]][] = [
  ["a packet before the CONNECT", [ping]],
  ["a second CONNECT", [connectPacket({}), connectPacket({})]],
  ["a topic with a wildcard", [connectPacket({}), publishPacket("v1/devices/+/telemetry", "{}")]],
  ["an empty topic", [connectPacket({}), publishPacket("", "{}")]],
  ["QoS 3", [connectPacket({}), publishPacket(telemetry, "{}", { qos: 3, id: 1 })]],
  ["a SUBSCRIBE without filters", [connectPacket({}), packet(0x82, word(1))]],
  ["a filter that breaks off", [connectPacket({}), packet(0x82, word(1), Buffer.of(0, 200, 1))]],
  ["a PUBLISH without a topic", [connectPacket({}), packet(0x32, Buffer.of(0))]],
  ["reserved bits", [connectPacket({}), packet(0x60, word(1))]],
  ["another protocol", [Buffer.from("GET / HTTP/1.1\r\n\r\n")]],
];

test.each(broken)("%s ends the connection and nothing else", async (_, packets) => {
  const wire = await place.wire();
  wire.write(...packets);
  await until(() => wire.isClosed);
  expect(place.host.uploads).toEqual([]);
  expect(await isServed()).toBe(true);
});

test("3,000 connections of damaged bytes end nothing but themselves", { timeout: 180_000 }, async () => {
  const next = randomBelow(7);
  for (let round = 0; round < 60; round++) {
    const wires = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const connecting = connectPacket({
          clientId: `fuzz${i}`,
          clean: false,
          will: { topic: `${local}/w`, payload: "w", qos: 1 },
        });
        const bytes = Buffer.concat([connecting, busy]);
        const from = next(3) === 0 ? 0 : connecting.length;
        for (let left = next(4); left >= 0; left--) bytes[from + next(bytes.length - from)] = next(256);
        const wire = await Wire.open(place.broker.port);
        wire.write(bytes.subarray(0, next(5) === 0 ? next(bytes.length) : bytes.length));
        return wire;
      }),
    );
    // Who is served after them: by then the broker has read what they sent.
    expect(await isServed()).toBe(true);
    for (const wire of wires) wire.socket.destroy();
  }
  expect(place.host.uploads.length).toBeGreaterThan(100);
  expect(await isServed()).toBe(true);
});

const busy = Buffer.concat([
  subscribePacket(1, [`${local}/#`, 1], ["v1/devices/me/rpc/request/+", 1]),
  publishPacket(telemetry, '{"a":1}', { qos: 1, id: 2 }),
  publishPacket(`${local}/x`, "x", { qos: 2, id: 3, retain: true }),
  publishPacket("v1/devices/me/attributes/request/1", "{}", { qos: 2, id: 4 }),
  pubrel(3),
  packet(0xa2, word(5), text(`${local}/#`)),
  ping,
]);

test("a frozen subscriber is put off, and the others are served meanwhile", async () => {
  const other = await place.connect({ username: "token-of-d2" });
  /** How long the other one waited at most until the frozen one was put off, ms. */
  const slowestMs = async () => {
    place.host.logs.length = 0;
    const frozen = await place.connectedWire();
    frozen.write(subscribePacket(1, [`${local}/#`, 0]));
    await frozen.first(types.suback);
    frozen.socket.pause();
    const talker = await place.connectedWire();
    const flood = setInterval(() => talker.write(publishPacket(`${local}/x`, Buffer.alloc(60_000))), 1);
    let slowest = 0;
    await until(
      () => place.host.logs.some((line) => line.includes("drain timeout")),
      async () => {
        const start = performance.now();
        await other.publishAsync(telemetry, "{}", { qos: 1 });
        slowest = Math.max(slowest, performance.now() - start);
      },
    ).finally(() => clearInterval(flood));
    talker.socket.destroy();
    return slowest;
  };
  // The best of some tries: one who waits for the frozen one waits two seconds each time.
  let best = await slowestMs();
  for (let tries = 1; tries < 5 && best >= 1000; tries++) best = Math.min(best, await slowestMs());
  expect(best).toBeLessThan(1000);
});

test("a session that is away keeps 256 messages, a device 8 such sessions", async () => {
  for (let i = 0; i < 10; i++) {
    const wire = await place.connectedWire({ clientId: `away${i}`, clean: false });
    wire.write(subscribePacket(1, [`${local}/#`, 1]));
    await wire.first(types.suback);
    wire.socket.destroy();
    await until(() => place.host.counts["mqtt disconnected"] === i + 1);
  }
  const talker = await place.connect();
  for (let i = 0; i < 300; i++) await talker.publishAsync(`${local}/x`, String(i), { qos: 1 });
  const [kept, forgotten] = [
    await place.connectedWire({ clientId: "away9", clean: false }),
    await place.connectedWire({ clientId: "away0", clean: false }),
  ];
  const isPresent = (wire: Wire) => wire.of(types.connack)[0]?.body[0];
  expect([isPresent(kept), isPresent(forgotten)]).toEqual([1, 0]);
  await until(() => kept.of(types.publish).length === 256);
  kept.write(publishPacket(telemetry, "{}", { qos: 1, id: 1 }));
  await kept.first(types.puback);
  expect(kept.of(types.publish)).toHaveLength(256);
});

test("a device has at most 100 retained topics, and clearing one makes room", async () => {
  const client = await place.connect();
  const retain = (topic: number | string, payload: string) =>
    client.publishAsync(`${local}/${topic}`, payload, { qos: 1, retain: true });
  for (let i = 0; i < 101; i++) await retain(i, "x");
  expect(place.host.rejected).toMatchObject([{ code: "too_many_retained" }]);
  await retain(5, "y");
  await retain(7, "");
  await retain("new", "x");
  expect(place.host.rejected).toHaveLength(1);
});

/** Numbers below a bound, the same on every run. */
function randomBelow(seed: number) {
  let state = seed;
  return (bound: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % bound;
  };
}
