import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { encode } from "cbor-x";
import express from "express";
import { afterEach, beforeEach, expect, test } from "vitest";
import { httpDevices } from "../../connectors/http/devices.ts";
import { type ErrorCode, MillraceError } from "../../engine/model/errors.ts";
import { maxPayloadBytes } from "../../engine/model/host.ts";
import { Recorder } from "./recorder.ts";
import { until } from "./until.ts";

let host: Recorder;
let server: Server;
let base: string;

beforeEach(async () => {
  host = new Recorder();
  server = createServer(express().use("/api/v1", httpDevices(host)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json = { "Content-Type": "application/json" };
const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = json) =>
  fetch(`${base}${path}`, { method: "POST", body: body as string, headers });
const get = (path: string, init: RequestInit = {}) => fetch(`${base}${path}`, init);
const body = async (response: Response) => (await response.json()) as Record<string, unknown>;

test("telemetry is answered 202 once the host has it, not before", async () => {
  host.hold();
  let status = 0;
  const answer = post("/token-of-d1/telemetry", '{"speed":41}').then((response) => {
    status = response.status;
    return response;
  });
  await until(() => host.heldCount === 1);
  expect(status).toBe(0);
  host.release();
  const response = await answer;
  expect([response.status, await response.json()]).toEqual([202, {}]);
  expect(host.uploads[0]).toMatchObject({
    device: "d1",
    text: '{"speed":41}',
    upload: { type: "telemetry", id: undefined },
  });
});

test("attributes go up the same way, and a body of no stated type is taken as JSON", async () => {
  const bytes = Buffer.from('{"firmware":"1.3"}');
  expect((await post("/token-of-d2/attributes", bytes, {})).status).toBe(202);
  expect(host.uploads[0]).toMatchObject({
    device: "d2",
    text: '{"firmware":"1.3"}',
    upload: { type: "attributes" },
  });
});

test("the Idempotency-Key becomes the upload's id, the same for the same key", async () => {
  for (const key of ["one", "one", "two"])
    await post("/token-of-d1/telemetry", '{"n":1}', { ...json, "Idempotency-Key": key });
  const ids = host.uploads.map(({ upload }) => upload.id);
  expect(ids[0]).toMatch(/^[\w-]{8}$/);
  expect([ids[1] === ids[0], ids[2] === ids[0]]).toEqual([true, false]);
  expect(host.uploads[0]?.upload.redelivered).toBeUndefined();
});

test("CBOR becomes JSON text", async () => {
  const response = await post("/token-of-d1/telemetry", encode({ speed: 41.5, ok: true }), {
    "Content-Type": "application/cbor",
  });
  expect([response.status, host.texts]).toEqual([202, ['{"speed":41.5,"ok":true}']]);
});

const unreadable = [
  ["JSON that breaks off", '{"speed":', "application/json", "invalid_json"],
  ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22]), "application/json", "invalid_json"],
  ["CBOR that breaks off", Buffer.from([0xa1, 0x61]), "application/cbor", "invalid_cbor"],
] as const;

test.each(unreadable)("%s is answered 400 and kept with its bytes", async (_, bytes, type, code) => {
  const response = await post("/token-of-d1/telemetry", bytes, { "Content-Type": type });
  expect(response.headers.get("content-type")).toMatch("application/problem+json");
  expect([response.status, (await body(response)).code]).toEqual([400, "bad_request"]);
  expect(host.uploads[0]?.upload.problem?.code).toBe(code);
  expect(Buffer.from(host.uploads[0]?.upload.payload ?? [])).toEqual(Buffer.from(bytes));
});

const refusals: [string, string, string, RequestInit, number][] = [
  ["an unknown token", "unauthorized", "/nobodys-token/telemetry", { method: "POST", body: "{}" }, 401],
  ["a path that is none", "not_found", "/token-of-d1/speed", { method: "POST", body: "{}" }, 404],
  ["a token alone", "not_found", "/token-of-d1", {}, 404],
  ["a method that is not for this path", "method_not_allowed", "/token-of-d1/telemetry", {}, 405],
  [
    "a form",
    "unsupported_media_type",
    "/token-of-d1/telemetry",
    { method: "POST", body: new URLSearchParams("a=1") },
    415,
  ],
  [
    "a body above the limit",
    "too_large",
    "/token-of-d1/telemetry",
    { method: "POST", body: `"${"x".repeat(maxPayloadBytes)}"`, headers: json },
    413,
  ],
  ["an escape that is none", "bad_request", "/%E0%A4%A/telemetry", {}, 400],
  ["a timeout that is none", "bad_request", "/token-of-d1/rpc?timeout=soon", {}, 400],
];

test.each(refusals)("%s is refused as %s", async (_, code, path, init, status) => {
  const response = await get(path, init);
  expect([response.status, (await body(response)).code]).toEqual([status, code]);
  expect(response.headers.get("content-type")).toMatch("application/problem+json");
  expect(host.uploads).toEqual([]);
});

const passing: [ErrorCode, number][] = [
  ["overloaded", 429],
  ["unavailable", 503],
];

test.each(passing)("%s is answered %i with Retry-After", async (code, status) => {
  host.refusal = new MillraceError(code, "Try again soon.");
  const response = await post("/token-of-d1/telemetry", "{}");
  expect([response.status, (await body(response)).detail]).toEqual([status, "Try again soon."]);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("a registry that is away is answered 503, not 401", async () => {
  host.isAway = true;
  expect((await post("/token-of-d1/telemetry", "{}")).status).toBe(503);
});

const asked: [string, object][] = [
  ["", { client: { firmware: "1.2", reads: 7 }, shared: { limit: 50 } }],
  ["?clientKeys=firmware,none", { client: { firmware: "1.2" } }],
  ["?clientKeys=reads&sharedKeys=limit", { client: { reads: 7 }, shared: { limit: 50 } }],
];

test.each(asked)("attributes%s are read", async (query, found) => {
  const response = await get(`/token-of-d1/attributes${query}`);
  expect([response.status, await response.json()]).toEqual([200, found]);
});

test("a waiting device gets its command, answers it, and the watch ends", async () => {
  const waiting = get("/token-of-d1/rpc?timeout=20000");
  await until(() => host.watchersOf("d1", "command").length === 1);
  host.command("d1", { id: 7, method: "setLimit", params: { kmh: 40 } });
  expect(await (await waiting).json()).toEqual({ id: 7, method: "setLimit", params: { kmh: 40 } });
  expect(host.sent).toEqual(["d1 7 sent"]);
  expect(host.watchersOf("d1", "command")).toEqual([]);

  expect((await post("/token-of-d1/rpc/7", '{"ok":true}')).status).toBe(200);
  expect(host.answers).toEqual([{ device: "d1", command: 7, text: '{"ok":true}' }]);
});

test("of several queued commands one goes out at a time", async () => {
  host.queued.push({ id: 1, method: "a", params: {} }, { id: 2, method: "b", params: {} });
  expect((await body(await get("/token-of-d1/rpc"))).id).toBe(1);
  expect(host.sent).toEqual(["d1 1 sent"]);
});

test("without a command the poll is answered 408 after its timeout", async () => {
  const response = await get("/token-of-d1/rpc?timeout=50");
  expect([response.status, (await body(response)).code]).toEqual([408, "timeout"]);
  expect(host.watchersOf("d1", "command")).toEqual([]);
});

test("a device that goes away ends its watch", async () => {
  const leaving = new AbortController();
  const waiting = get("/token-of-d1/rpc", { signal: leaving.signal }).catch(() => "gone");
  await until(() => host.watchersOf("d1", "command").length === 1);
  leaving.abort();
  expect(await waiting).toBe("gone");
  await until(() => host.watchersOf("d1", "command").length === 0);
  expect(host.sent).toEqual([]);
});

test("changed shared attributes answer the poll for updates", async () => {
  const waiting = get("/token-of-d1/attributes/updates?timeout=20000");
  await until(() => host.watchersOf("d1", "attributes").length === 1);
  host.change("d1", { limit: 60, old: null });
  expect(await (await waiting).json()).toEqual({ limit: 60, old: null });
});

test("an answer to a command nobody sent is 404, one to no number too", async () => {
  expect((await post("/token-of-d1/rpc/404", "{}")).status).toBe(404);
  expect((await post("/token-of-d1/rpc/seven", "{}")).status).toBe(404);
});

test("neither answers nor logs show the token", async () => {
  host.answer = () => Promise.reject(new Error("broken"));
  const response = await post("/token-of-d1/rpc/5", "{}");
  expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining("token-of")]);
  expect(host.logs).toHaveLength(1);
  expect(host.logs.join()).not.toContain("token-of");
});
