import { expect, test } from "vitest";
import { mqttPlace } from "./mqtt-place.ts";

const place = mqttPlace();
const topic = "v1/gateway/telemetry";

test("a gateway's message is one upload for each device it names, with the values as they were", async () => {
  const client = await place.connect();
  const told = { "Pump 7": [{ ts: 5, values: { bar: 2.5 } }, { bar: 3 }], "Züge/1": { open: true } };
  await client.publishAsync(topic, JSON.stringify(told), { qos: 1 });
  expect(place.host.uploads.map(({ device, text, upload }) => [device, text, upload.type])).toEqual([
    ["d1/Pump 7", '[{"ts":5,"values":{"bar":2.5}},{"bar":3}]', "telemetry"],
    ["d1/Züge/1", '{"open":true}', "telemetry"],
  ]);
});

test("attributes of devices behind a gateway are uploads of that type", async () => {
  const client = await place.connect();
  await client.publishAsync("v1/gateway/attributes", '{"Pump 7":{"firmware":"2.1"}}', { qos: 1 });
  expect(place.host.uploads).toMatchObject([{ device: "d1/Pump 7", upload: { type: "attributes" } }]);
});

test("the acknowledgement waits until every device's part is taken", async () => {
  const client = await place.connect();
  place.host.hold();
  let acknowledged = false;
  const published = client.publishAsync(topic, '{"a":{"v":1},"b":{"v":2}}', { qos: 1 }).then(() => {
    acknowledged = true;
  });
  await expect.poll(() => place.host.heldCount).toBe(2);
  place.host.release(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(acknowledged).toBe(false);
  place.host.release();
  await published;
});

test.each([
  ["text that is no JSON", "{", "invalid_json"],
  ["a list", "[1]", "invalid_gateway_message"],
  ["100,000 levels", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "too_deep"],
])("%s is acknowledged and handed on as what cannot be read", async (_, payload, code) => {
  const client = await place.connect();
  await client.publishAsync(topic, payload, { qos: 1 });
  expect(place.host.rejected).toMatchObject([{ device: "d1", code, raw: payload }]);
});

test("connect and disconnect of a gateway's devices are taken and mean nothing yet", async () => {
  const client = await place.connect();
  await client.publishAsync("v1/gateway/connect", '{"device":"Pump 7"}', { qos: 1 });
  expect([place.host.uploads, place.host.rejected]).toEqual([[], []]);
});
