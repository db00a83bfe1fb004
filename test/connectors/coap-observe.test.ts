import coap from "coap";
import { expect, test } from "vitest";
import { codes, dotted, numbers, type Packet, uintOf, uintOption } from "./coap-codec.ts";
import { coapPlace } from "./coap-place.ts";
import { until } from "./until.ts";

const commands = "/api/v1/token-of-d1/rpc";
const attributes = "/api/v1/token-of-d1/attributes";
const setLimit = { id: 7, method: "setLimit", params: { kmh: 40 } };
const place = coapPlace();

const observe = (value: number, token = Buffer.of(9)): Partial<Packet> => ({
  code: codes.get,
  token,
  options: [uintOption(numbers.observe, value)],
});

test("a command comes as a confirmable notification; it is sent, then delivered, then answered", async () => {
  const mote = await place.mote();
  const first = await mote.ask(observe(0), commands);
  expect([dotted(first.code), first.payload.length]).toEqual(["2.05", 0]);
  await until(() => place.host.watchersOf("d1", "command").length === 1);
  place.host.command("d1", setLimit);
  const notification = await mote.at(1);
  expect(notification).toMatchObject({ type: "confirmable", code: codes.content, token: Buffer.of(9) });
  expect(JSON.parse(notification.payload.toString())).toEqual(setLimit);
  const sequence = (packet: Packet) => uintOf(packet.options, numbers.observe) ?? -1;
  expect(sequence(notification)).toBeGreaterThan(sequence(first));
  expect(place.host.sent).toEqual(["d1 7 sent"]);
  mote.acknowledge(notification);
  await until(() => place.host.sent.length === 2);
  expect(place.host.sent[1]).toBe("d1 7 delivered");

  const answer = await mote.ask({ payload: Buffer.from('{"ok":true}') }, `${commands}/7`);
  expect(dotted(answer.code)).toBe("2.04");
  expect(place.host.answers).toEqual([{ device: "d1", command: 7, text: '{"ok":true}' }]);
});

const answers: [string, string, string][] = [
  ["a command nobody sent", "404", "4.04"],
  ["no number", "seven", "4.04"],
];

test.each(answers)("an answer to %s is refused", async (_, command, code) => {
  const mote = await place.mote();
  expect(dotted((await mote.ask({ payload: Buffer.from("{}") }, `${commands}/${command}`)).code)).toBe(code);
});

test("commands that were queued come one after the other, each after the one before was acknowledged", async () => {
  place.host.queued.push({ id: 1, method: "a", params: {} }, { id: 2, method: "b", params: {} });
  const mote = await place.mote();
  await mote.ask(observe(0), commands);
  const first = await mote.at(1);
  expect(place.host.sent).toEqual(["d1 1 sent"]);
  mote.acknowledge(first);
  const second = await mote.at(2);
  expect([first, second].map(({ payload }) => JSON.parse(payload.toString()).id)).toEqual([1, 2]);
});

test("a notification that is not acknowledged is repeated with the same message id", async () => {
  const mote = await place.mote();
  await mote.ask(observe(0), commands);
  await until(() => place.host.watchersOf("d1", "command").length === 1);
  place.host.command("d1", setLimit);
  await mote.at(2);
  expect(mote.bytes[2]).toEqual(mote.bytes[1]);
});

const endings: [string, (mote: Awaited<ReturnType<typeof place.mote>>) => Promise<void>][] = [
  [
    "a reset",
    async (mote) => {
      place.host.change("d1", { limit: 60 });
      mote.acknowledge(await mote.at(1), "reset");
    },
  ],
  [
    "a GET with Observe 1",
    async (mote) => {
      expect(dotted((await mote.ask(observe(1), attributes)).code)).toBe("2.05");
    },
  ],
];

test.each(endings)("%s ends the observation", async (_, end) => {
  const mote = await place.mote();
  await mote.ask(observe(0), attributes);
  await until(() => place.host.watchersOf("d1", "attributes").length === 1);
  await end(mote);
  await until(() => place.host.watchersOf("d1", "attributes").length === 0);
  expect(place.host.watchersOf("d1", "revoked")).toEqual([]);
  expect(place.host.counts).toMatchObject({ "coap connected": 1, "coap disconnected": 1 });
});

test("an observer that registers again is one observer, and is told rising numbers", async () => {
  const mote = await place.mote();
  const numbersSeen: number[] = [];
  for (let i = 0; i < 3; i++)
    numbersSeen.push(uintOf((await mote.ask(observe(0), attributes)).options, numbers.observe) ?? -1);
  await until(() => place.host.watchersOf("d1", "attributes").length === 1);
  expect(numbersSeen).toEqual(numbersSeen.toSorted((a, b) => a - b));
  expect(new Set(numbersSeen).size).toBe(3);
});

test("an observer that asked unconfirmed is served", async () => {
  const mote = await place.mote();
  await mote.ask({ ...observe(0), type: "nonconfirmable" }, attributes);
  await until(() => place.host.watchersOf("d1", "attributes").length === 1);
  place.host.change("d1", { limit: 60, old: null });
  const notification = await mote.at(1);
  expect([notification.type, notification.payload.toString()]).toEqual([
    "confirmable",
    '{"limit":60,"old":null}',
  ]);
});

test("only the shared attributes that were asked for are told", async () => {
  const mote = await place.mote();
  const first = await mote.ask(observe(0), `${attributes}?sharedKeys=limit`);
  expect(first.payload.toString()).toBe('{"shared":{"limit":50}}');
  await until(() => place.host.watchersOf("d1", "attributes").length === 1);
  place.host.change("d1", { other: 1 });
  place.host.change("d1", { other: 1, limit: 60 });
  expect((await mote.at(1)).payload.toString()).toBe('{"limit":60}');
});

test("a revoked token ends the observation with 4.01", async () => {
  const mote = await place.mote();
  await mote.ask(observe(0), commands);
  await until(() => place.host.watchersOf("d1", "revoked").length === 1);
  place.host.revoke("d1");
  expect(dotted((await mote.at(1)).code)).toBe("4.01");
  expect(place.host.watchersOf("d1", "command")).toEqual([]);
});

test("of nine observers of one device the oldest gives way", async () => {
  const mote = await place.mote();
  for (let i = 0; i < 9; i++) await mote.ask(observe(0, Buffer.of(i)), commands);
  await until(() => place.host.counts["coap connected"] === 9);
  expect(place.host.watchersOf("d1", "command")).toHaveLength(8);
});

test("eight observers at once each get every change in order", async () => {
  const motes = await Promise.all(Array.from({ length: 8 }, () => place.mote()));
  await Promise.all(motes.map((mote) => mote.ask(observe(0), attributes)));
  await until(() => place.host.watchersOf("d1", "attributes").length === 8);
  for (const mote of motes)
    mote.socket.on("message", () => {
      const newest = mote.received.at(-1);
      if (newest?.type === "confirmable") mote.acknowledge(newest);
    });
  for (let n = 0; n < 50; n++) place.host.change("d1", { n });
  await until(() => motes.every(({ received }) => received.length === 51));
  for (const { received } of motes)
    expect(received.slice(1).map(({ payload }) => JSON.parse(payload.toString()).n)).toEqual([
      ...Array(50).keys(),
    ]);
});

test("libcoap observes commands", async () => {
  const watching = place.libcoap(commands, ["-s", "2", "-w"]);
  await until(() => place.host.watchersOf("d1", "command").length === 1);
  place.host.command("d1", setLimit);
  await until(() => place.host.sent.length === 2);
  expect((await watching).out).toContain(JSON.stringify(setLimit));
  await until(() => place.host.watchersOf("d1", "command").length === 0);
});

test("node-coap observes attributes", async () => {
  const { port } = place.server;
  const request = coap.request({ host: "127.0.0.1", port, pathname: attributes, observe: true });
  const got: string[] = [];
  request.on("response", (response) => response.on("data", (chunk: Buffer) => got.push(chunk.toString())));
  request.end();
  await until(() => place.host.watchersOf("d1", "attributes").length === 1);
  for (const limit of [60, 70]) place.host.change("d1", { limit });
  await until(() => got.length === 3);
  expect(got.slice(1)).toEqual(['{"limit":60}', '{"limit":70}']);
});
