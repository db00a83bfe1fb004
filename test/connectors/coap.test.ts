import { encode } from "cbor-x";
import coap from "coap";
import { expect, test } from "vitest";
import { openCoap } from "../../connectors/coap/open.ts";
import { type ErrorCode, MillraceError } from "../../engine/model/errors.ts";
import { codes, dotted, formats, numbers, type Packet, uintOf, uintOption } from "./coap-codec.ts";
import { coapPlace } from "./coap-place.ts";
import { until } from "./until.ts";

const telemetry = "/api/v1/token-of-d1/telemetry";
const json = (text: string) => Buffer.from(text);
const format = (number: number) => uintOption(numbers.contentFormat, number);
const place = coapPlace();

test("telemetry is answered 2.04 once the host has it, not before", async () => {
  const mote = await place.mote();
  place.host.hold();
  const request = mote.send({ payload: json('{"speed":41}') }, telemetry);
  await until(() => place.host.heldCount === 1);
  expect(mote.received).toEqual([]);
  place.host.release();
  expect(await mote.at(0)).toMatchObject({ type: "acknowledgement", id: request.id, code: codes.changed });
  expect(place.host.uploads[0]).toMatchObject({
    device: "d1",
    text: '{"speed":41}',
    upload: { type: "telemetry", id: expect.stringMatching(/^[\w-]{8}$/) },
  });
});

test("a slow answer is announced by an empty acknowledgement and follows by itself, confirmable", async () => {
  const mote = await place.mote();
  place.host.hold();
  const request = mote.send({ payload: json("{}") }, telemetry);
  expect(await mote.at(0)).toMatchObject({ type: "acknowledgement", code: 0, id: request.id });
  place.host.release();
  const answer = await mote.at(1);
  expect(answer).toMatchObject({ type: "confirmable", code: codes.changed, token: request.token });
  mote.acknowledge(answer);
});

test("an unconfirmed message is taken too, and answered unconfirmed", async () => {
  const mote = await place.mote();
  const answer = await mote.ask({ type: "nonconfirmable", payload: json('{"n":1}') }, telemetry);
  expect([answer.type, answer.code]).toEqual(["nonconfirmable", codes.changed]);
  expect(place.host.uploads[0]?.upload.id).toBeUndefined();
});

test("a repetition is answered again with the same bytes and worked once, also while it is at work", async () => {
  const mote = await place.mote();
  place.host.hold();
  const repeated: Partial<Packet> = { id: 77, payload: json("{}") };
  for (let i = 0; i < 3; i++) mote.send(repeated, telemetry);
  await until(() => place.host.heldCount === 1);
  place.host.release();
  await mote.at(0);
  mote.send(repeated, telemetry);
  await mote.at(1);
  expect(mote.bytes[1]).toEqual(mote.bytes[0]);
  expect(place.host.uploads.length).toBe(1);
  await mote.ask({ id: 78, payload: json("{}") }, telemetry);
  expect(place.host.uploads.length).toBe(2);
});

test("a repetition that reaches a restarted server carries the same id, to be looked for", async () => {
  const mote = await place.mote();
  const repeated: Partial<Packet> = { id: 77, payload: json("{}") };
  await mote.ask(repeated, telemetry);
  const restarted = await openCoap({ host: place.host, address: "127.0.0.1", port: 0 });
  mote.port = restarted.port;
  await mote.ask(repeated, telemetry);
  await mote.ask({ id: 78, payload: json("{}") }, telemetry);
  await restarted.close();
  const [first, again, other] = place.host.uploads.map(({ upload }) => upload);
  expect([again?.id === first?.id, other?.id === first?.id]).toEqual([true, false]);
  expect(again?.redelivered).toBe(true);
});

test("CBOR becomes JSON text, for attributes too", async () => {
  const mote = await place.mote();
  const payload = Buffer.from(encode({ firmware: "1.3", ok: true }));
  const answer = await mote.ask(
    { payload, options: [format(formats.cbor)] },
    "/api/v1/token-of-d2/attributes",
  );
  expect(dotted(answer.code)).toBe("2.04");
  expect(place.host.uploads[0]).toMatchObject({
    device: "d2",
    text: '{"firmware":"1.3","ok":true}',
    upload: { type: "attributes" },
  });
});

const unreadable: [string, Buffer, number, string][] = [
  ["JSON that breaks off", json('{"a":'), formats.json, "invalid_json"],
  ["bytes that are not UTF-8", Buffer.of(0x22, 0xff, 0x22), formats.json, "invalid_json"],
  ["nothing", Buffer.alloc(0), formats.json, "invalid_json"],
  ["CBOR that breaks off", Buffer.of(0xa1, 0x61), formats.cbor, "invalid_cbor"],
];

test.each(unreadable)(
  "%s is answered 4.00 with a sentence, and kept with its bytes",
  async (_, payload, number, code) => {
    const mote = await place.mote();
    const answer = await mote.ask({ payload, options: [format(number)] }, telemetry);
    expect([dotted(answer.code), answer.payload.toString()]).toEqual([
      "4.00",
      expect.stringContaining("cannot be read"),
    ]);
    expect(place.host.uploads[0]?.upload.problem?.code).toBe(code);
    expect(Buffer.from(place.host.uploads[0]?.upload.payload ?? [])).toEqual(payload);
  },
);

const refusals: [string, string, string, Partial<Packet>][] = [
  ["an unknown token", "4.01", "/api/v1/nobodys-token/telemetry", {}],
  ["a path that is none", "4.04", "/api/v1/token-of-d1/speed", {}],
  ["a token alone", "4.04", "/api/v1/token-of-d1", {}],
  ["another tree", "4.04", "/speed", {}],
  ["the root", "4.04", "", { code: codes.get }],
  ["GET on telemetry", "4.05", telemetry, { code: codes.get }],
  ["PUT on telemetry", "4.05", telemetry, { code: 3 }],
  ["FETCH on attributes", "4.05", "/api/v1/token-of-d1/attributes", { code: 5 }],
  ["commands that are not observed", "4.05", "/api/v1/token-of-d1/rpc", { code: codes.get }],
  ["plain text", "4.15", telemetry, { options: [format(formats.text)], payload: json("41") }],
  [
    "an answer in XML",
    "4.06",
    "/api/v1/token-of-d1/attributes",
    { code: codes.get, options: [uintOption(numbers.accept, 41)] },
  ],
  [
    "an unknown critical option",
    "4.02",
    telemetry,
    { options: [{ number: 65_001, value: Buffer.alloc(0) }] },
  ],
  ["a condition", "4.02", telemetry, { options: [{ number: 5, value: Buffer.alloc(0) }] }],
  [
    "a proxy request",
    "5.05",
    telemetry,
    { options: [{ number: numbers.proxyUri, value: json("coap://x/") }] },
  ],
];

test.each(refusals)("%s is refused with %s", async (_, code, path, packet) => {
  const mote = await place.mote();
  const answer = await mote.ask(packet, path);
  expect([dotted(answer.code), answer.payload.length > 10]).toEqual([code, true]);
  expect(place.host.uploads).toEqual([]);
  expect(answer.payload.toString()).not.toContain("token-of");
});

const passing: [ErrorCode, number][] = [
  ["overloaded", 1],
  ["unavailable", 5],
];

test.each(passing)("%s is answered 5.03 with Max-Age %i", async (code, seconds) => {
  place.host.refusal = new MillraceError(code, "Try again soon.");
  const mote = await place.mote();
  const answer = await mote.ask({ payload: json("{}") }, telemetry);
  expect([dotted(answer.code), uintOf(answer.options, numbers.maxAge)]).toEqual(["5.03", seconds]);
});

test("a registry that is away is answered 5.03, not 4.01", async () => {
  place.host.isAway = true;
  const mote = await place.mote();
  expect(dotted((await mote.ask({ payload: json("{}") }, telemetry)).code)).toBe("5.03");
});

const asked: [string, object][] = [
  ["", { client: { firmware: "1.2", reads: 7 }, shared: { limit: 50 } }],
  ["?clientKeys=firmware,none", { client: { firmware: "1.2" } }],
  ["?clientKeys=reads&sharedKeys=limit", { client: { reads: 7 }, shared: { limit: 50 } }],
];

test.each(asked)("attributes%s are read with libcoap", async (query, found) => {
  const { out } = await place.libcoap(`/api/v1/token-of-d1/attributes${query}`, []);
  expect(JSON.parse(out)).toEqual(found);
});

test("libcoap posts telemetry and learns of an unknown token", async () => {
  const sent = await place.libcoap(telemetry, ["-m", "post", "-t", "json", "-e", "{%22n%22:1}"]);
  expect([sent, place.host.texts]).toEqual([{ code: 0, out: "", err: "" }, ['{"n":1}']]);
  const refused = await place.libcoap("/api/v1/nobodys-token/telemetry", ["-m", "post", "-e", "{}"]);
  expect(refused.err).toContain("4.01");
});

test("node-coap posts telemetry", async () => {
  const request = coap.request({
    host: "127.0.0.1",
    port: place.server.port,
    pathname: telemetry,
    method: "POST",
  });
  const answer = new Promise<string>((resolve) => request.on("response", ({ code }) => resolve(code)));
  request.end('{"n":2}');
  expect([await answer, place.host.texts]).toEqual(["2.04", ['{"n":2}']]);
});

test("the links of the server are listed (RFC 6690)", async () => {
  const mote = await place.mote();
  const answer = await mote.ask({ code: codes.get }, "/.well-known/core");
  expect(uintOf(answer.options, numbers.contentFormat)).toBe(formats.links);
  const { out } = await place.libcoap("/.well-known/core", []);
  expect(out).toContain('</api/v1>;rt="millrace.devices";ct="50 60"');
});

test("a port in use is the system's error", async () => {
  const opening = openCoap({ host: place.host, address: "127.0.0.1", port: place.server.port });
  await expect(opening).rejects.toMatchObject({ code: "EADDRINUSE" });
});
