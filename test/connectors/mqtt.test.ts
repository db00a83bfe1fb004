import { expect, test } from "vitest";
import { MillraceError } from "../../engine/model/errors.ts";
import { mqttPlace } from "./mqtt-place.ts";
import { until } from "./until.ts";
import { connectPacket, disconnect, publishPacket, pubrel, types } from "./wire.ts";

const telemetry = "v1/devices/me/telemetry";
const place = mqttPlace();

const numbered = (count: number, qos: number) =>
  Array.from({ length: count }, (_, i) => publishPacket(telemetry, `{"n":${i}}`, { qos, id: i + 1 }));
const numbers = (count: number) => Array.from({ length: count }, (_, i) => `{"n":${i}}`);

test("a message is acknowledged when the host has it, not before", async () => {
  const client = await place.connect();
  place.host.hold();
  let isAcknowledged = false;
  const published = client.publishAsync(telemetry, '{"speed":41}', { qos: 1 }).then(() => {
    isAcknowledged = true;
  });
  await until(() => place.host.heldCount === 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isAcknowledged).toBe(false);
  place.host.release();
  await published;
  expect(place.host.uploads[0]).toMatchObject({
    device: "d1",
    text: '{"speed":41}',
    upload: { type: "telemetry", redelivered: false, id: expect.stringMatching(/^[\w-]{8}$/) },
  });
  expect(place.host.counts).toMatchObject({ "mqtt connected": 1, "mqtt received": 1 });
});

test.each([1, 2])(
  "200 messages of QoS %i in one write keep their order and are all acknowledged",
  async (qos) => {
    const wire = await place.connectedWire();
    place.host.hold();
    wire.write(...numbered(200, qos));
    await until(() => place.host.heldCount > 0);
    const releasing = setInterval(() => place.host.release(7), 1);
    const answer = qos === 1 ? types.puback : types.pubrec;
    await until(() => wire.ids(answer).length === 200);
    clearInterval(releasing);
    expect(place.host.texts).toEqual(numbers(200));
    expect(new Set(wire.ids(answer)).size).toBe(200);
  },
);

test("at most 64 messages of a connection are accepted and unacknowledged", async () => {
  const wire = await place.connectedWire();
  place.host.hold();
  wire.write(...numbered(100, 1));
  await until(() => place.host.heldCount === 64);
  wire.write(...numbered(100, 1));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([place.host.uploads.length, wire.ids(types.puback)]).toEqual([64, []]);
  place.host.release(10);
  await until(() => wire.ids(types.puback).length === 10);
  expect(place.host.uploads.length).toBe(74);
  place.host.release();
  await until(() => wire.ids(types.puback).length === 200);
  expect(place.host.texts).toEqual([...numbers(100), ...numbers(100)]);
});

test("messages of one batch are acknowledged together, in order, and make room for the next", async () => {
  const wire = await place.connectedWire();
  place.host.gather();
  wire.write(...numbered(100, 1));
  await until(() => place.host.uploads.length === 64);
  expect(wire.ids(types.puback)).toEqual([]);
  place.host.settle();
  await until(() => wire.ids(types.puback).length === 100);
  expect(wire.ids(types.puback)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  expect(place.host.texts).toEqual(numbers(100));
});

test("a batch of which nobody knows whether it was kept is offered again, in order", async () => {
  const wire = await place.connectedWire();
  place.host.gather();
  wire.write(...numbered(30, 1));
  await until(() => place.host.uploads.length === 30);
  place.host.settle(new MillraceError("unavailable", "Not now."));
  await until(() => wire.ids(types.puback).length === 30);
  expect(place.host.texts).toEqual([...numbers(30), ...numbers(30)]);
  expect(place.host.uploads.slice(30).every(({ upload }) => upload.redelivered)).toBe(true);
});

test("messages in the same write as the CONNECT come first and in order", async () => {
  const wire = await place.wire();
  wire.write(connectPacket({}), ...numbered(50, 1));
  wire.write(publishPacket(telemetry, '{"n":50}', { qos: 1, id: 51 }));
  await until(() => wire.ids(types.puback).length === 51);
  expect(place.host.texts).toEqual(numbers(51));
});

test("QoS 0 waits for nothing, but not ahead of what came before it", async () => {
  const wire = await place.connectedWire();
  place.host.hold();
  wire.write(...numbered(70, 1), publishPacket(telemetry, "last"));
  await until(() => place.host.heldCount === 64);
  place.host.release();
  await until(() => place.host.uploads.length === 71);
  expect(place.host.texts.at(-1)).toBe("last");
  expect(place.host.uploads.at(-1)?.upload.id).toBeUndefined();
});

test("a fire-and-forget device may leave at once", async () => {
  const wire = await place.connectedWire();
  wire.write(...numbered(500, 0), disconnect);
  await until(() => wire.isClosed);
  expect(place.host.texts).toEqual(numbers(500));
});

test("a repeated QoS 1 message says so, under the same id", async () => {
  const wire = await place.connectedWire();
  for (const dup of [false, true]) wire.write(publishPacket(telemetry, '{"n":1}', { qos: 1, id: 9, dup }));
  wire.write(publishPacket(telemetry, '{"n":2}', { qos: 1, id: 9 }));
  await until(() => wire.ids(types.puback).length === 3);
  const [first, again, other] = place.host.uploads.map(({ upload }) => upload);
  expect([first?.redelivered, again?.redelivered]).toEqual([false, true]);
  expect([again?.id === first?.id, other?.id === first?.id]).toEqual([true, false]);
});

test("a QoS 2 message is accepted once until it is released, however often it comes", async () => {
  const wire = await place.connectedWire();
  const message = (dup: boolean) => publishPacket(telemetry, '{"n":1}', { qos: 2, id: 5, dup });
  place.host.hold();
  wire.write(message(false), message(true));
  await until(() => place.host.heldCount === 1);
  wire.write(message(true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(wire.of(types.pubrec)).toEqual([]);
  place.host.release();
  await until(() => wire.ids(types.pubrec).length === 3);
  expect(place.host.uploads.length).toBe(1);

  wire.write(pubrel(5));
  await until(() => wire.ids(types.pubcomp).length === 1);
  wire.write(message(false));
  await until(() => place.host.uploads.length === 2);
});

test.each([
  ["overloaded", false],
  ["unavailable", true],
] as const)(
  "while the host is %s the message is held; afterwards all come in order",
  async (code, redelivered) => {
    const wire = await place.connectedWire();
    place.host.refusal = new MillraceError(code, "Not now.");
    wire.write(...numbered(30, 1));
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(wire.isClosed).toBe(false);
    place.host.refusal = undefined;
    await until(() => wire.ids(types.puback).length === 30);
    expect(place.host.texts).toEqual(numbers(30));
    expect(place.host.uploads[0]?.upload.redelivered).toBe(redelivered);
  },
);

test("a host that refuses for 5 s ends the connection, counted, nothing acknowledged", async () => {
  const wire = await place.connectedWire();
  place.host.refusal = new MillraceError("overloaded", "Not now.");
  wire.write(...numbered(3, 1));
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect(wire.isClosed).toBe(false);
  await until(() => wire.isClosed);
  expect([wire.of(types.puback), place.host.counts["mqtt throttled"]]).toEqual([[], 1]);
});

test("a refused QoS 0 message is counted and the connection kept", async () => {
  const wire = await place.connectedWire();
  place.host.refusal = new MillraceError("overloaded", "Not now.");
  wire.write(publishPacket(telemetry, "{}"));
  await until(() => place.host.counts["mqtt throttled"] === 1);
  expect(wire.isClosed).toBe(false);
});

test("a large message in pieces arrives whole", async () => {
  const client = await place.connect();
  const payload = JSON.stringify({ text: "x".repeat(250_000) });
  await client.publishAsync(telemetry, payload, { qos: 1 });
  expect(place.host.texts).toEqual([payload]);
});

test("the last words of a device are telemetry", async () => {
  const will = { topic: telemetry, payload: '{"alive":false}', qos: 1, retain: true };
  const wire = await place.connectedWire({ will });
  wire.socket.destroy();
  await until(() => place.host.uploads.length === 1);
  expect(place.host.texts).toEqual(['{"alive":false}']);

  const leaving = await place.connectedWire({ will });
  leaving.write(disconnect);
  await until(() => leaving.isClosed);
  await place.connectedWire({ will });
  await place.broker.close();
  expect(place.host.uploads.length).toBe(1);
});
