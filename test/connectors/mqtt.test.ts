import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Mqtt, openMqtt } from "../../connectors/mqtt/open.ts";
import { Recorder } from "./recorder.ts";
import { until } from "./until.ts";

let host: Recorder;
let broker: Mqtt;
let clients: MqttClient[];

beforeEach(async () => {
  host = new Recorder();
  clients = [];
  broker = await openMqtt({ host, address: "127.0.0.1", port: 0 });
});

afterEach(async () => {
  for (const client of clients) client.end(true);
  await broker.close();
});

function connect(options: IClientOptions = {}) {
  const client = mqtt.connect({
    host: "127.0.0.1",
    port: broker.port,
    protocol: "mqtt",
    username: "token-of-d1",
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  return new Promise<MqttClient>((resolve, reject) => {
    client.once("connect", () => resolve(client));
    client.once("error", reject);
  });
}

test("a QoS 1 message is acknowledged when the host has it", async () => {
  const client = await connect();
  host.hold();
  let isAcknowledged = false;
  const published = client.publishAsync("v1/devices/me/telemetry", '{"speed":41}', { qos: 1 }).then(() => {
    isAcknowledged = true;
  });
  await until(() => host.heldCount === 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isAcknowledged).toBe(false);
  host.release();
  await published;
  expect(host.uploads[0]).toMatchObject({ device: "d1", text: '{"speed":41}' });
});
