import { createSocket } from "node:dgram";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPacket } from "../../connectors/coap/packet.ts";
import { Request } from "../../connectors/coap/request.ts";
import { codes, decode, dotted, encode, numbers, type Packet, uintOption } from "./coap-codec.ts";
import { coapPlace } from "./coap-place.ts";
import { until } from "./until.ts";

const telemetry = "/api/v1/token-of-d1/telemetry";
const place = coapPlace();

const resets: [string, Buffer][] = [
  ["a ping", Buffer.of(0x40, 0, 0, 7)],
  ["an empty message with more", Buffer.of(0x40, 0, 0, 7, 1)],
  ["a token of 9 bytes", Buffer.of(0x49, 2, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9)],
  ["a token that breaks off", Buffer.of(0x44, 2, 0, 7, 1)],
  ["a reserved option delta", Buffer.of(0x40, 2, 0, 7, 0xf0)],
  ["an option that breaks off", Buffer.of(0x40, 2, 0, 7, 0xb5, 0x61)],
  ["a payload marker alone", Buffer.of(0x40, 2, 0, 7, 0xff)],
  ["a response to nothing", Buffer.of(0x40, 0x45, 0, 7)],
];

test.each(resets)("%s is answered by a reset when confirmable, else ignored", async (_, bytes) => {
  const mote = await place.mote();
  const unconfirmed = Buffer.from(bytes);
  unconfirmed[0]! |= 0x10;
  mote.write(unconfirmed);
  mote.write(bytes);
  expect(await mote.at(0)).toMatchObject({ type: "reset", code: 0, id: 7 });
  expect(mote.received).toHaveLength(1);
});

test("what is not CoAP is ignored", async () => {
  const mote = await place.mote();
  for (const bytes of [Buffer.of(), Buffer.of(0x40), Buffer.from("<html>"), Buffer.of(0xc0, 2, 0, 1)])
    mote.write(bytes);
  expect(dotted((await mote.ask({ payload: Buffer.from("{}") }, telemetry)).code)).toBe("2.04");
  expect(mote.received).toHaveLength(1);
});

test("10,000 damaged datagrams end nothing", { timeout: 180_000 }, async () => {
  const socket = createSocket("udp4");
  const path = telemetry.split("/").filter(Boolean);
  const whole = (id: number) =>
    encode({
      type: "confirmable",
      code: codes.post,
      id,
      token: Buffer.of(id & 255),
      options: [
        ...path.map((segment) => ({ number: numbers.uriPath, value: Buffer.from(segment) })),
        uintOption(numbers.block1, (id % 3) << 4),
        uintOption(numbers.observe, id % 2),
      ],
      payload: Buffer.from('{"a":1}'),
    });
  let state = 11;
  const next = (bound: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % bound;
  };
  for (let id = 0; id < 10_000; id++) {
    const bytes = whole(id);
    for (let left = next(4); left >= 0; left--) bytes[next(bytes.length)] = next(256);
    socket.send(
      bytes.subarray(0, next(5) === 0 ? next(bytes.length) : bytes.length),
      place.server.port,
      "127.0.0.1",
    );
    if (id % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const mote = await place.mote();
  expect(dotted((await mote.ask({ payload: Buffer.from("{}") }, telemetry)).code)).toBe("2.04");
  expect(place.host.uploads.length).toBeGreaterThan(10);
  socket.close();
});

test("of all odd option numbers only those understood here are let through", () => {
  const understood = [3, 7, 11, 15, 17, 23, 27, 35, 39];
  const passing = [...Array(3000).keys()].filter((number) => {
    const bytes = encode({
      type: "confirmable",
      code: codes.get,
      id: 1,
      token: Buffer.alloc(0),
      options: [{ number, value: Buffer.alloc(0) }],
      payload: Buffer.alloc(0),
    });
    const from = { address: "127.0.0.1", port: 1, family: "IPv4", size: bytes.length } as const;
    return number % 2 === 1 && new Request(readPacket(bytes)!, from).criticalUnknown === undefined;
  });
  expect(passing).toEqual(understood);
});

test("what is encoded is decoded as it was", () => {
  const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
  const packets: fc.Arbitrary<Packet> = fc.record({
    type: fc.constantFrom("confirmable", "nonconfirmable", "acknowledgement"),
    code: fc.integer({ min: 1, max: 255 }),
    id: fc.integer({ min: 0, max: 65_535 }),
    token: bytes(8),
    options: fc
      .array(fc.record({ number: fc.integer({ min: 0, max: 65_535 }), value: bytes(600) }), { maxLength: 8 })
      .map((options) => options.toSorted((a, b) => a.number - b.number)),
    payload: bytes(100),
  });
  fc.assert(
    fc.property(packets, (packet) => {
      expect(decode(encode(packet))).toEqual(packet);
    }),
    { numRuns: 300 },
  );
});

test("the token is in no log", async () => {
  place.host.accept = () => Promise.reject(new Error("broken"));
  const mote = await place.mote();
  expect(dotted((await mote.ask({ payload: Buffer.from("{}") }, telemetry)).code)).toBe("5.00");
  await until(() => place.host.logs.length === 1);
  expect(place.host.logs[0]).not.toContain("token-of");
});
