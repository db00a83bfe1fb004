import { mqttPlace } from "./mqtt-place.ts";
import { until } from "./until.ts";
import { packet, subscribePacket, text, types, type Wire, word } from "./wire.ts";

/** Where the clients of a device speak to each other. */
export const local = "v1/devices/me/local";
export const pubrelType = 6;

export const puback = (id: number) => packet(0x40, word(id));
export const pubrec = (id: number) => packet(0x50, word(id));
export const pubcomp = (id: number) => packet(0x70, word(id));
export const unsubscribePacket = (id: number, filter: string) => packet(0xa2, word(id), text(filter));

/** The PUBLISH packets that came, taken apart; topics without `local`. */
export function published(wire: Wire) {
  return wire.of(types.publish).map(({ flags, body }) => {
    const qos = (flags >> 1) & 3;
    const end = 2 + body.readUInt16BE(0);
    return {
      topic: body.toString("utf8", 2 + local.length + 1, end),
      payload: body.toString("utf8", end + (qos > 0 ? 2 : 0)),
      qos,
      id: qos > 0 ? body.readUInt16BE(end) : 0,
      retain: (flags & 1) === 1,
    };
  });
}

export const payloads = (wire: Wire) => published(wire).map(({ payload }) => payload);

/** A broker, new for each test of the file that calls this, and what is done below `local`. */
export function localPlace() {
  const place = mqttPlace();
  const below = {
    place,

    /** A connection that has these subscriptions; `keep` is the client id of a session that stays. */
    async subscriber(filters: [filter: string, qos: number][], { keep = "" } = {}): Promise<Wire> {
      const wire = await place.connectedWire({ clientId: keep, clean: keep === "" });
      const full = filters.map(([filter, qos]): [string, number] => [`${local}/${filter}`, qos]);
      wire.write(subscribePacket(1, ...full));
      await wire.first(types.suback);
      return wire;
    },

    /** Resolves when the broker has it. */
    async publish(topic: string, payload: string, options: { qos?: 0 | 1 | 2; retain?: boolean } = {}) {
      const client = await place.connect();
      await client.publishAsync(`${local}/${topic}`, payload, { qos: 1, ...options });
      await client.endAsync();
    },

    /** Resolves when the broker knows that the connection is gone. */
    async breakOff(wire: Wire) {
      const watched = place.host.watchersOf("d1", "revoked").length;
      wire.socket.destroy();
      await until(() => place.host.watchersOf("d1", "revoked").length < watched);
    },

    /** What was delivered to this subscriber before has come when this does. */
    async settled(wire: Wire, topic: string) {
      await below.publish(topic, "end");
      await until(() => payloads(wire).includes("end"));
    },
  };
  return below;
}
