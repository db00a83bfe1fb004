import { describe, expect, test } from "vitest";
import { local, localPlace, payloads, pubcomp, published, pubrec, pubrelType } from "./mqtt-local.ts";
import { until } from "./until.ts";
import { disconnect, ping, publishPacket, pubrel, subscribePacket, types, type Wire } from "./wire.ts";

const telemetry = "v1/devices/me/telemetry";
const { place, subscriber, publish, breakOff, settled } = localPlace();

describe("retained messages", () => {
  test("a new subscription gets the newest of each topic, flagged; a standing one the same without the flag [MQTT-3.3.1-8] [MQTT-3.3.1-9]", async () => {
    const standing = await subscriber([["#", 1]]);
    await publish("a", "old", { retain: true });
    await publish("a", "new", { retain: true });
    await publish("b/c", "other", { retain: true });
    await publish("b/d", "passing");
    const late = await subscriber([["#", 1]]);
    await until(() => published(late).length === 2 && published(standing).length === 4);
    expect(published(late)).toMatchObject([
      { topic: "a", payload: "new", retain: true },
      { topic: "b/c", payload: "other", retain: true },
    ]);
    expect(published(standing).map(({ payload, retain }) => [payload, retain])).toEqual([
      ["old", false],
      ["new", false],
      ["other", false],
      ["passing", false],
    ]);
  });

  test("an empty one clears the topic and is delivered like any other [MQTT-3.3.1-10] [MQTT-3.3.1-11]", async () => {
    const standing = await subscriber([["a", 1]]);
    await publish("a", "kept", { retain: true });
    await publish("a", "", { retain: true });
    const late = await subscriber([["#", 1]]);
    await settled(late, "after");
    await until(() => published(standing).length === 2);
    expect(payloads(late)).toEqual(["end"]);
    expect(published(standing)[1]).toMatchObject({ payload: "", retain: false });
  });

  test.each([
    [0, 2, 0],
    [1, 0, 0],
    [1, 2, 1],
    [2, 1, 1],
    [2, 2, 2],
  ] as const)(
    "published at QoS %i and subscribed at %i it comes at %i [MQTT-3.8.4-6]",
    async (qos, asked, comes) => {
      await publish("a", "kept", { qos, retain: true });
      const wire = await subscriber([["+", asked]]);
      await wire.first(types.publish);
      expect(published(wire)).toMatchObject([{ payload: "kept", qos: comes, retain: true }]);
    },
  );

  test("a repeated SUBSCRIBE brings them again, a restored session does not [MQTT-3.8.4-3]", async () => {
    await publish("a", "kept", { qos: 0, retain: true });
    const wire = await subscriber([["a", 0]], { keep: "reader" });
    wire.write(subscribePacket(2, [`${local}/a`, 1]));
    await until(() => published(wire).length === 2);
    await breakOff(wire);
    const back = await place.connectedWire({ clientId: "reader", clean: false });
    await settled(back, "a");
    expect(payloads(back)).toEqual(["end"]);
  });
});

describe("wills", () => {
  const will = { topic: `${local}/will`, payload: "gone", qos: 1 };
  const ends: [how: string, said: boolean, end: (wire: Wire) => unknown][] = [
    ["a broken connection", true, (wire) => wire.socket.destroy()],
    ["a half-closed connection", true, (wire) => wire.socket.end()],
    ["a packet that breaks the protocol", true, (wire) => wire.write(Buffer.of(0xf0, 0))],
    ["another connection with the client id", true, () => place.connectedWire({ clientId: "mortal" })],
    ["silence longer than the keep-alive", true, () => {}],
    ["DISCONNECT", false, (wire) => wire.write(disconnect)],
  ];
  test.each(ends)(
    "after %s it is said: %s [MQTT-3.1.2-8] [MQTT-3.1.2-10] [MQTT-3.1.2-24]",
    async (_, said, end) => {
      const reader = await subscriber([["#", 1]]);
      const mortal = await place.connectedWire({ clientId: "mortal", will, keepalive: 1 });
      await end(mortal);
      await until(() => mortal.isClosed || mortal.socket.readableEnded);
      if (said) await until(() => published(reader).length === 1);
      await settled(reader, "after");
      expect(payloads(reader)).toEqual(said ? ["gone", "end"] : ["end"]);
    },
  );

  test.each([0, 1, 2])(
    "at QoS %i and retained it meets who subscribes later [MQTT-3.1.2-17]",
    async (qos) => {
      const mortal = await place.connectedWire({ will: { ...will, qos, retain: true } });
      const reader = await subscriber([["will", 0]]);
      mortal.socket.destroy();
      await until(() => published(reader).length === 1);
      const late = await subscriber([["will", 2]]);
      await late.first(types.publish);
      expect(published(late)).toMatchObject([{ payload: "gone", qos, retain: true }]);
    },
  );

  test("a client that comes back without one has none", async () => {
    const reader = await subscriber([["#", 1]]);
    const first = await place.connectedWire({ clientId: "mortal", clean: false, will });
    first.write(disconnect);
    await until(() => first.isClosed);
    await breakOff(await place.connectedWire({ clientId: "mortal", clean: false }));
    await settled(reader, "after");
    expect(payloads(reader)).toEqual(["end"]);
  });
});

describe("QoS 2 from the device", () => {
  const options = { clientId: "sender", clean: false };
  const message = (dup: boolean) => publishPacket(`${local}/a`, "once", { qos: 2, id: 7, dup });

  const steps: [broken: string, before: (wire: Wire) => Promise<unknown>, after: Buffer[]][] = [
    ["PUBLISH, heard or not", async () => {}, [message(true), pubrel(7)]],
    ["PUBLISH", async (wire) => wire.first(types.pubrec), [message(true), pubrel(7)]],
    ["PUBREC", async (wire) => wire.first(types.pubrec), [pubrel(7)]],
    [
      "PUBREL",
      async (wire) => {
        await wire.first(types.pubrec);
        wire.write(pubrel(7));
        await wire.first(types.pubcomp);
      },
      [pubrel(7)],
    ],
  ];
  test.each(steps)(
    "broken after %s, the message is delivered once, and its id is free again [MQTT-4.3.3-2] [MQTT-4.4.0-1]",
    async (_, before, after) => {
      const reader = await subscriber([["a", 2]]);
      const wire = await place.connectedWire(options);
      wire.write(message(false));
      await before(wire);
      await breakOff(wire);
      const back = await place.connectedWire(options);
      back.write(...after);
      await until(() => back.ids(types.pubcomp).length === 1);
      back.write(publishPacket(`${local}/a`, "next", { qos: 2, id: 7 }));
      await until(() => published(reader).length === 2);
      expect(payloads(reader)).toEqual(["once", "next"]);
    },
  );

  test("telemetry sent again after a break says so under its id, for the pipeline to take once", async () => {
    const message = (dup: boolean) => publishPacket(telemetry, '{"n":1}', { qos: 2, id: 7, dup });
    const wire = await place.connectedWire(options);
    wire.write(message(false));
    await wire.first(types.pubrec);
    await breakOff(wire);
    const back = await place.connectedWire(options);
    back.write(message(true), pubrel(7));
    await back.first(types.pubcomp);
    const [first, again] = place.host.uploads.map(({ upload }) => upload);
    expect([again?.id, again?.redelivered]).toEqual([first?.id, true]);
  });

  test("a PUBREL without a message is answered", async () => {
    const wire = await place.connectedWire();
    wire.write(pubrel(99));
    await wire.first(types.pubcomp);
    expect(wire.ids(types.pubcomp)).toEqual([99]);
  });
});

describe("QoS 2 to the device", () => {
  async function withMessage() {
    const wire = await subscriber([["a", 2]], { keep: "reader" });
    await publish("a", "once", { qos: 2 });
    await wire.first(types.publish);
    return { wire, id: published(wire)[0]!.id };
  }
  const back = () => place.connectedWire({ clientId: "reader", clean: false });

  test("broken before PUBREC, the message comes again under its id [MQTT-4.4.0-1]", async () => {
    const { wire, id } = await withMessage();
    await breakOff(wire);
    const again = await back();
    await again.first(types.publish);
    // [MQTT-3.3.1-1] wants DUP here: aedes 1.2 sends what it kept as it was kept.
    expect(published(again)).toMatchObject([{ payload: "once", qos: 2, id }]);
  });

  test("broken before PUBCOMP, PUBREL comes again and the message does not [MQTT-4.3.3-1]", async () => {
    const { wire, id } = await withMessage();
    wire.write(pubrec(id));
    await wire.first(pubrelType);
    await breakOff(wire);
    const again = await back();
    await again.first(pubrelType);
    expect([again.ids(pubrelType), published(again)]).toEqual([[id], []]);
    again.write(pubcomp(id), ping);
    await again.first(types.pingresp);
    await breakOff(again);
    const last = await back();
    await settled(last, "a");
    expect([last.of(pubrelType), payloads(last)]).toEqual([[], ["end"]]);
  });
});
