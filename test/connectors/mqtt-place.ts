import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, beforeEach } from "vitest";
import { type Mqtt, openMqtt } from "../../connectors/mqtt/open.ts";
import { Recorder } from "./recorder.ts";
import { connectPacket, types, Wire } from "./wire.ts";

/** A broker with a host in memory, new for each test of the file that calls this. */
export function mqttPlace() {
  const clients: MqttClient[] = [];
  const wires: Wire[] = [];
  const place = {
    host: new Recorder(),
    broker: undefined as unknown as Mqtt,

    /** A real client of device 1, unless told otherwise. */
    connect(options: IClientOptions = {}): Promise<MqttClient> {
      const client = mqtt.connect({
        host: "127.0.0.1",
        port: place.broker.port,
        protocol: "mqtt",
        username: "token-of-d1",
        reconnectPeriod: 0,
        ...options,
      });
      clients.push(client);
      return new Promise((resolve, reject) => {
        client.once("connect", () => resolve(client));
        client.once("error", reject);
      });
    },

    async wire(): Promise<Wire> {
      const wire = await Wire.open(place.broker.port);
      wires.push(wire);
      return wire;
    },

    /** A connection of bytes that has its CONNACK. */
    async connectedWire(options: Parameters<typeof connectPacket>[0] = {}): Promise<Wire> {
      const wire = await place.wire();
      wire.write(connectPacket(options));
      await wire.first(types.connack);
      return wire;
    },
  };

  beforeEach(async () => {
    place.host = new Recorder();
    place.broker = await openMqtt({ host: place.host, address: "127.0.0.1", port: 0 });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end(true);
    for (const wire of wires.splice(0)) wire.socket.destroy();
    await place.broker.close();
  });
  return place;
}

/** What a client gets from now on, as `topic payload`. */
export function messagesOf(client: MqttClient): string[] {
  const messages: string[] = [];
  client.on("message", (topic, payload) => messages.push(`${topic} ${payload}`));
  return messages;
}
