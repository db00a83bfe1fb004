import { describe, expect, test } from "vitest";
import { local, localPlace, payloads, puback, published, unsubscribePacket } from "./mqtt-local.ts";
import { until } from "./until.ts";
import { disconnect, packet, ping, publishPacket, subscribePacket, text, types, word } from "./wire.ts";

/*
 * What aedes 1.2 does otherwise, and is therefore in no test:
 * [MQTT-3.3.5-1] where one of several matching filters has QoS 0, the message may come at QoS 0.
 * [MQTT-4.4.0-1] a retained message that a new subscription brought is not sent again when it was not acknowledged.
 * [MQTT-3.2.2-2] a session without subscriptions is kept but not called present.
 * [MQTT-1.5.3-1] [MQTT-1.5.3-2] topics that are no UTF-8, or hold U+0000, end no connection.
 * [MQTT-2.3.1-1] packet id 0, [MQTT-3.3.1-2] DUP at QoS 0 and [MQTT-3.10.3-2] UNSUBSCRIBE without filters are let pass.
 */

const { place, subscriber, publish, breakOff, settled } = localPlace();
const back = (clean = false) => place.connectedWire({ clientId: "reader", clean });
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe("sessions that stay", () => {
  test("keep subscriptions, and messages of QoS 1 and 2 in their order, after DISCONNECT too [MQTT-3.1.2-5]", async () => {
    const wire = await subscriber(
      [
        ["+", 2],
        ["deep/#", 1],
      ],
      { keep: "reader" },
    );
    wire.write(disconnect);
    await until(() => wire.isClosed);
    for (const [i, qos] of ([1, 2, 1, 2] as const).entries()) await publish("a", `${i}`, { qos });
    await publish("deep/b", "4", { qos: 2 });
    // [MQTT-3.1.2.4] leaves QoS 0 to the server: it is not kept.
    await publish("a", "lost", { qos: 0 });
    const again = await back();
    await settled(again, "a");
    expect((await again.first(types.connack)).body[0]).toBe(1);
    expect(published(again).map(({ payload, qos }) => [payload, qos])).toEqual([
      ["0", 1],
      ["1", 2],
      ["2", 1],
      ["3", 2],
      ["4", 1],
      ["end", 1],
    ]);
  });

  test("a clean session ends the one kept, and leaves none behind [MQTT-3.1.2-6]", async () => {
    await breakOff(await subscriber([["a", 1]], { keep: "reader" }));
    await publish("a", "waits");
    const clean = await back(true);
    clean.write(subscribePacket(2, [`${local}/b`, 1]));
    await clean.first(types.suback);
    await settled(clean, "b");
    await breakOff(clean);
    const again = await back();
    await publish("a", "unheard");
    await publish("b", "unheard");
    again.write(ping);
    await again.first(types.pingresp);
    expect([clean.of(types.connack)[0]!.body[0], again.of(types.connack)[0]!.body[0]]).toEqual([0, 0]);
    expect([payloads(clean), payloads(again)]).toEqual([["end"], []]);
  });

  test("what was not acknowledged comes again under its ids, before anything newer, until it is acknowledged [MQTT-4.4.0-1] [MQTT-4.6.0-1]", async () => {
    const wire = await subscriber([["a", 1]], { keep: "reader" });
    for (const payload of ["0", "1", "2"]) await publish("a", payload);
    await until(() => published(wire).length === 3);
    const before = published(wire);
    wire.write(puback(before[1]!.id), ping);
    await wire.first(types.pingresp);
    await breakOff(wire);
    await publish("a", "3");
    const again = await back();
    await until(() => published(again).length === 3);
    // [MQTT-3.3.1-1] wants DUP on the first two: aedes 1.2 sends what it kept as it was kept.
    expect(payloads(again)).toEqual(["0", "2", "3"]);
    expect(
      published(again)
        .map(({ id }) => id)
        .slice(0, 2),
    ).toEqual([before[0]!.id, before[2]!.id]);
    again.write(...published(again).map(({ id }) => puback(id)), ping);
    await again.first(types.pingresp);
    await breakOff(again);
    const last = await back();
    await settled(last, "a");
    expect(payloads(last)).toEqual(["end"]);
  });

  test("a connection taken over hands its session on", async () => {
    const first = await subscriber([["a", 1]], { keep: "reader" });
    const second = await back();
    await until(() => first.isClosed);
    await settled(second, "a");
    expect((await second.first(types.connack)).body[0]).toBe(1);
  });
});

describe("subscriptions", () => {
  test.each([
    [
      [
        ["#", 2],
        ["+", 1],
      ],
      2,
    ],
    [
      [
        ["+", 1],
        ["a", 2],
      ],
      2,
    ],
    [
      [
        ["#", 1],
        ["a", 1],
        ["+", 1],
      ],
      1,
    ],
  ] as [[string, number][], number][])(
    "a message that meets each of %j comes once, at QoS %i [MQTT-3.3.5-1]",
    async (filters, qos) => {
      const wire = await subscriber(filters);
      await publish("a", "once", { qos: 2 });
      await publish("a", "end", { qos: 0 });
      await until(() => payloads(wire).includes("end"));
      expect(published(wire).map((one) => [one.payload, one.qos])).toEqual([
        ["once", qos],
        ["end", 0],
      ]);
    },
  );

  test("a filter that comes again takes the place of the first, with its QoS [MQTT-3.8.4-3]", async () => {
    const wire = await subscriber([["a", 2]]);
    wire.write(subscribePacket(2, [`${local}/a`, 0]));
    await until(() => wire.of(types.suback).length === 2);
    await publish("a", "once", { qos: 2 });
    await publish("a", "end", { qos: 0 });
    await until(() => payloads(wire).includes("end"));
    expect(published(wire).map(({ payload, qos }) => [payload, qos])).toEqual([
      ["once", 0],
      ["end", 0],
    ]);
  });

  test("UNSUBSCRIBE ends the very filter, and is answered where there is none [MQTT-3.10.4-1] [MQTT-3.10.4-5]", async () => {
    const wire = await subscriber([
      ["a/#", 1],
      ["a/b", 1],
      ["c", 1],
    ]);
    wire.write(...["a/#", "a", "never"].map((filter, i) => unsubscribePacket(10 + i, `${local}/${filter}`)));
    await until(() => wire.of(types.unsuback).length === 3);
    for (const topic of ["a/x", "a", "a/b", "c"]) await publish(topic, topic);
    await settled(wire, "c");
    expect(wire.ids(types.unsuback).sort()).toEqual([10, 11, 12]);
    expect(payloads(wire)).toEqual(["a/b", "c", "end"]);
  });

  test("what is refused leaves the standing ones as they are [MQTT-3.9.3-2]", async () => {
    const wire = await subscriber([["a", 1]]);
    wire.write(subscribePacket(2, ["#", 1], ["$SYS/#", 1], [`${local}/b`, 1]));
    await until(() => wire.of(types.suback).length === 2);
    await publish("b", "b");
    await settled(wire, "a");
    expect([...wire.of(types.suback)[1]!.body]).toEqual([0, 2, 128, 128, 1]);
    expect(payloads(wire)).toEqual(["b", "end"]);
  });

  test.each([0, 1, 2] as const)(
    "200 messages of QoS %i come in their order [MQTT-4.6.0-5] [MQTT-4.6.0-6]",
    async (qos) => {
      const wire = await subscriber([["#", 2]]);
      const client = await place.connect();
      const numbers = Array.from({ length: 200 }, (_, i) => `${i}`);
      for (const n of numbers) client.publish(`${local}/a/${Number(n) % 3}`, n, { qos });
      await until(() => published(wire).length === 200);
      expect(payloads(wire)).toEqual(numbers);
    },
  );
});

describe("topics", () => {
  const matches: [topic: string, filter: string, comes: boolean][] = [
    ["a", "a/#", true],
    ["a/b/c", "a/#", true],
    ["a/b", "a/+", true],
    ["a", "a/+", false],
    ["a/b/c", "a/+", false],
    ["a/", "a/+", true],
    ["a/", "a", false],
    ["/a", "+/a", true],
    ["a//b", "a/+/b", true],
    ["a//b", "a/b", false],
    ["A", "a", false],
    ["$SYS/a", "#", true],
    ["$a", "+", true],
    ["with space", "with space", true],
    ["straße/温度/🚦", "straße/+/🚦", true],
    ["\ufeffbom", "\ufeffbom", true],
    ["\ufeffbom", "bom", false],
    ["é", "e\u0301", false],
    ["1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28", "1/#", true],
    ["1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28", "+/+/3/#", true],
  ];
  // [MQTT-4.7.2-1] speaks of filters that begin with a wildcard; all of those are refused, and below local $ is a letter.
  test.each(matches)(
    "%j and %j: %s [MQTT-4.7.1] [MQTT-4.7.3] [MQTT-1.5.3-3]",
    async (topic, filter, comes) => {
      const wire = await subscriber([
        [filter, 1],
        ["the/end", 1],
      ]);
      await publish(topic, "here");
      await settled(wire, "the/end");
      const found = published(wire).filter(({ payload }) => payload === "here");
      expect(found.map((one) => one.topic)).toEqual(comes ? [topic] : []);
    },
  );

  test.each([
    ["no client id", { clientId: "" }, { clientId: "" }],
    ["client ids that differ in case", { clientId: "meter" }, { clientId: "Meter" }],
  ])("two connections with %s do not end each other [MQTT-3.1.3-6]", async (_, one, other) => {
    const wires = await Promise.all([place.connectedWire(one), place.connectedWire(other)]);
    for (const wire of wires) wire.write(ping);
    for (const wire of wires) await wire.first(types.pingresp);
    expect(wires.map(({ isClosed }) => isClosed)).toEqual([false, false]);
  });
});

describe("malformed packets", () => {
  test.each([
    ["a subscription at QoS 3 [MQTT-3.8.3-4]", subscribePacket(3, [`${local}/a`, 3])],
    ["reserved flags of SUBSCRIBE [MQTT-3.8.1-1]", packet(0x80, word(3), text(`${local}/a`), Buffer.of(1))],
    ["reserved flags of UNSUBSCRIBE [MQTT-3.10.1-1]", packet(0xa0, word(3), text(`${local}/a`))],
    ["reserved flags of PUBREL [MQTT-3.6.1-1]", packet(0x60, word(3))],
  ])("%s end the connection", async (_, malformed) => {
    const wire = await place.connectedWire();
    wire.write(malformed);
    await until(() => wire.isClosed);
    expect(wire.received.map(({ type }) => type)).toEqual([types.connack]);
  });
});

describe("keep-alive", () => {
  test("silence ends a connection after one and a half times of it, any packet puts that off, 0 is for ever [MQTT-3.1.2-24]", async () => {
    const startAt = performance.now();
    const [silent, pings, publishes, forever] = await Promise.all(
      [1, 1, 1, 0].map((keepalive) => place.connectedWire({ keepalive })),
    );
    const alive = setInterval(() => {
      pings!.write(ping);
      publishes!.write(publishPacket(`${local}/a`, "alive"));
    }, 200);
    await until(() => silent!.isClosed);
    expect(performance.now() - startAt).toBeGreaterThanOrEqual(1490);
    await pause(1500);
    clearInterval(alive);
    expect([pings, publishes, forever].map((wire) => wire!.isClosed)).toEqual([false, false, false]);
  });
});
