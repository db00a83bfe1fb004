import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Api, openApi } from "./open-api.ts";

const patience = { timeout: 30_000 };

let api: Api;
const open: Socket[] = [];
beforeEach(async () => {
  api = await openApi();
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await api.close();
});

/** A client on a bare socket, so that a test can stop reading. */
async function watch(query = "") {
  const socket = connect(api.port, "127.0.0.1");
  open.push(socket);
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  socket.on("error", () => {});
  socket.write(`GET /api/live${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await vi.waitFor(() => expect(text).toContain("\r\n\r\n"), patience);
  return { socket, text: () => text };
}

const rates = { at: "2026-11-03T08:00:00.000Z", received: 12, flows: {} };

test("an event reaches everyone who watches, with its name and number", async () => {
  const [one, other] = [await watch(), await watch()];
  api.emit("rates", rates);
  api.emit("alarm", { id: "a1", note: "two\nlines" });
  for (const { text } of [one, other]) {
    await vi.waitFor(() => expect(text()).toContain("event:alarm"), patience);
    expect(text()).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(text()).toContain("content-type: text/event-stream");
    expect(text()).toContain(`event:rates\nid:1\ndata:${JSON.stringify(rates)}\n\n`);
    expect(text()).toContain('event:alarm\nid:2\ndata:{"id":"a1","note":"two\\nlines"}\n\n');
  }
});

test("the feed is listened to only while somebody watches", async () => {
  expect(api.listening()).toBe(0);
  const [one, other] = [await watch(), await watch()];
  expect(api.listening()).toBe(1);
  one.socket.destroy();
  other.socket.destroy();
  await vi.waitFor(() => expect(api.listening()).toBe(0), patience);
  const later = await watch();
  api.emit("deployment", { revision: 2 });
  await vi.waitFor(() => expect(later.text()).toContain('data:{"revision":2}'), patience);
});

test("a client that does not read misses rates, and what it holds stays bounded", async () => {
  const [slow, quick] = [await watch(), await watch()];
  slow.socket.pause();
  const padding = "x".repeat(50_000);
  // More than the system's own socket buffers hold.
  for (let at = 0; at < 400; at++) {
    api.emit("rates", { ...rates, received: at, padding });
    await new Promise(setImmediate);
  }
  api.emit("alarm", { id: "last" });
  await vi.waitFor(() => expect(quick.text()).toContain('"last"'), patience);
  const before = slow.text().length;
  slow.socket.resume();
  await vi.waitFor(() => expect(slow.text()).toContain('"last"'), patience);
  expect(slow.text().length - before).toBeLessThan(400 * padding.length);
  expect(slow.text()).not.toContain('"received":399');
});

test("a client that misses what may not be missed is let go, so that it starts anew", async () => {
  const slow = await watch();
  slow.socket.pause();
  const padding = "x".repeat(100_000);
  for (let at = 0; at < 400 && api.listening() > 0; at++) {
    api.emit("alarm", { id: `a${at}`, padding });
    await new Promise(setImmediate);
  }
  await vi.waitFor(() => expect(api.listening()).toBe(0), patience);
  slow.socket.resume();
  if (!slow.socket.closed) await once(slow.socket, "close");
  expect(slow.text()).not.toContain('"a399"');
});

test("HEAD of the stream ends at once", async () => {
  expect(await api.ask("HEAD", "/api/live")).toMatchObject({ status: 200, body: "" });
  expect(api.listening()).toBe(0);
});

test("a flood of alarms is cut to a bounded number a second, and those who watch are told that they missed some", async () => {
  const one = await watch();
  for (let at = 0; at < 5000; at++) api.emit("alarm", { id: `a${at}` });
  await vi.waitFor(() => expect(one.text()).toContain("event:missed"), patience);
  expect(one.text().match(/event:alarm/g)).toHaveLength(50);
  expect(one.text()).toContain('data:{"events":["alarm"]}');
  api.emit("alarm", { id: "later" });
  await vi.waitFor(() => expect(one.text()).toContain('"later"'), patience);
});

test("who watches a flow hears of its traces alone, and the flow is watched only so long", async () => {
  const all = await watch();
  const [one, other] = [await watch("?trace=jams&device=d1"), await watch("?trace=other")];
  expect(api.watches).toEqual([{ flow: "jams", device: "d1" }, { flow: "other" }]);
  api.emit("rates", rates);
  api.emit("traces", { flow: "jams", traces: [] });
  await vi.waitFor(() => expect(one.text()).toContain("event:traces"), patience);
  await vi.waitFor(() => expect(all.text()).toContain("event:rates"), patience);
  expect(one.text()).not.toContain("event:rates");
  expect(all.text() + other.text()).not.toContain("event:traces");
  one.socket.destroy();
  await vi.waitFor(() => expect(api.watches).toEqual([{ flow: "other" }]), patience);
});
