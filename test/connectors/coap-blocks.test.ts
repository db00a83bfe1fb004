import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { maxPayloadBytes } from "../../engine/model/host.ts";
import { tempFolder } from "../support/temp-folder.ts";
import {
  type Block,
  blockOf,
  blockOption,
  codes,
  dotted,
  numbers,
  type Option,
  type Packet,
  uintOf,
  uintOption,
} from "./coap-codec.ts";
import { coapPlace, type Mote } from "./coap-place.ts";
import { until } from "./until.ts";

const telemetry = "/api/v1/token-of-d1/telemetry";
const attributes = "/api/v1/token-of-d1/attributes";
const place = coapPlace();

const large = JSON.stringify({ text: randomBytes(30_000).toString("hex") });

function block1(num: number, more: boolean, text: string, options: Option[] = []): Partial<Packet> {
  const block: Block = { num, more, bytes: 16 };
  return { payload: Buffer.from(text), options: [blockOption(numbers.block1, block), ...options] };
}
const sixteen = '{"text":"0123456';
const rest = '789"}';

async function codesOf(mote: Mote, ...packets: Partial<Packet>[]) {
  const seen: string[] = [];
  for (const packet of packets) seen.push(dotted((await mote.ask(packet, telemetry)).code));
  return seen;
}

test.each([16, 64, 1024])("libcoap uploads a file in blocks of %i", async (bytes) => {
  const dir = await tempFolder();
  const file = join(dir, "large.json");
  const text = bytes === 16 ? large.slice(0, 2000).concat('"}') : large;
  await writeFile(file, text);
  const sent = await place.libcoap(telemetry, ["-b", String(bytes), "-m", "post", "-t", "json", "-f", file]);
  expect([sent.code, sent.err, place.host.texts[0] === text]).toEqual([0, "", true]);
  expect(place.host.uploads.length).toBe(1);
});

test.each([[], ["-b", "64"]])("libcoap downloads what is larger than a datagram: %j", async (...args) => {
  place.host.stored.client = { text: large };
  const file = join(await tempFolder(), "answer.json");
  await place.libcoap(`${attributes}?clientKeys=text`, [...args.filter(Boolean), "-o", file]);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ client: { text: large } });
});

test("blocks are put together though each has another token; the last answer tells its block", async () => {
  const mote = await place.mote();
  const first = await mote.ask({ ...block1(0, true, sixteen), token: Buffer.of(1) }, telemetry);
  expect([dotted(first.code), blockOf(first.options, numbers.block1)]).toEqual([
    "2.31",
    { num: 0, more: true, bytes: 16 },
  ]);
  const last = await mote.ask({ ...block1(1, false, rest), token: Buffer.of(2) }, telemetry);
  expect([dotted(last.code), blockOf(last.options, numbers.block1)]).toEqual([
    "2.04",
    { num: 1, more: false, bytes: 16 },
  ]);
  expect(place.host.texts).toEqual([sixteen + rest]);
});

test("uploads with different Request-Tags do not mix", async () => {
  const mote = await place.mote();
  const tag = (value: number): Option[] => [{ number: numbers.requestTag, value: Buffer.of(value) }];
  const seen = await codesOf(
    mote,
    block1(0, true, sixteen, tag(1)),
    block1(0, true, "[1,2,3,4,5,6,7,8", tag(2)),
    block1(1, false, rest, tag(1)),
    block1(1, false, "]", tag(2)),
  );
  expect(seen).toEqual(["2.31", "2.31", "2.04", "2.04"]);
  expect(place.host.texts).toEqual([sixteen + rest, "[1,2,3,4,5,6,7,8]"]);
});

const faults: [string, string, Partial<Packet>[]][] = [
  ["a block without those before it", "4.08", [block1(1, false, rest)]],
  ["a gap", "4.08", [block1(0, true, sixteen), block1(2, false, rest)]],
  ["a short block in the middle", "4.08", [block1(0, true, "{}")]],
  ["a size that is none", "4.00", [{ options: [uintOption(numbers.block1, 7)] }]],
  [
    "a size announced above the limit",
    "4.13",
    [block1(0, true, sixteen, [uintOption(numbers.size1, maxPayloadBytes + 1)])],
  ],
];

test.each(faults)("%s is answered %s", async (_, code, packets) => {
  const mote = await place.mote();
  expect((await codesOf(mote, ...packets)).at(-1)).toBe(code);
  expect(place.host.uploads).toEqual([]);
});

test("a block that comes twice is taken once, and block 0 begins anew", async () => {
  const mote = await place.mote();
  const seen = await codesOf(
    mote,
    block1(0, true, '{"text":"lostlos'),
    block1(0, true, sixteen),
    block1(1, true, "789abcdef0123456"),
    block1(1, true, "789abcdef0123456"),
    block1(2, false, rest),
  );
  expect(seen).toEqual(["2.31", "2.31", "2.31", "2.31", "2.04"]);
  expect(place.host.texts).toEqual([`${sixteen}789abcdef0123456${rest}`]);
});

test("an upload that grows above the limit is answered 4.13, with the limit", async () => {
  const mote = await place.mote();
  const payload = Buffer.alloc(1024, "x");
  let answer: Packet | undefined;
  for (let num = 0; num <= maxPayloadBytes / 1024; num++)
    answer = await mote.ask(
      { payload, options: [blockOption(numbers.block1, { num, more: true, bytes: 1024 })] },
      telemetry,
    );
  expect([dotted(answer!.code), uintOf(answer!.options, numbers.size1)]).toEqual(["4.13", maxPayloadBytes]);
});

test("a device has at most 8 uploads in blocks at a time, and none before its token is known", async () => {
  const mote = await place.mote();
  const tagged = (value: number) =>
    block1(0, true, sixteen, [{ number: numbers.requestTag, value: Buffer.of(value) }]);
  const seen = await codesOf(mote, ...Array.from({ length: 9 }, (_, i) => tagged(i)));
  expect(seen).toEqual([...Array(8).fill("2.31"), "5.03"]);
  const stranger = await mote.ask(block1(0, true, sixteen), "/api/v1/nobodys-token/telemetry");
  expect(dotted(stranger.code)).toBe("4.01");
});

test("a body is cut where asked, tagged, and ends with its last block", async () => {
  place.host.stored.client = { text: "x".repeat(200) };
  const mote = await place.mote();
  const get = (num: number) =>
    mote.ask(
      { code: codes.get, options: [blockOption(numbers.block2, { num, more: false, bytes: 128 })] },
      `${attributes}?clientKeys=text`,
    );
  const [first, second, beyond] = [await get(0), await get(1), await get(2)];
  expect(blockOf(first.options, numbers.block2)).toEqual({ num: 0, more: true, bytes: 128 });
  expect(blockOf(second.options, numbers.block2)).toEqual({ num: 1, more: false, bytes: 128 });
  const etags = [first, second].map(
    ({ options }) => options.find(({ number }) => number === numbers.etag)?.value,
  );
  expect([etags[0]?.length, etags[0]]).toEqual([8, etags[1]]);
  expect(Buffer.concat([first.payload, second.payload]).toString()).toBe(
    `{"client":{"text":"${"x".repeat(200)}"}}`,
  );
  expect(dotted(beyond.code)).toBe("4.02");
});

test("a notification larger than a datagram is fetched block by block", async () => {
  const watching = place.libcoap("/api/v1/token-of-d1/rpc", ["-s", "3", "-w"]);
  await until(() => place.host.watchersOf("d1", "command").length === 1);
  const command = { id: 7, method: "load", params: { text: large } };
  place.host.command("d1", command);
  expect((await watching).out).toContain(JSON.stringify(command));
});
