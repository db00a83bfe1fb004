import { afterAll, beforeAll, expect, test } from "vitest";
import { openSenders } from "../../connectors/notify/open.ts";
import { sendTest } from "../../engine/pipeline/notifier.ts";
import { startReceiver } from "../support/receiver.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
beforeAll(async () => {
  const sender = openSenders({ hosts: ["*.example.org"], internalHosts: ["127.0.0.1"] });
  api = await openApiOnDatabase({
    allowChannel: sender.allow,
    tryChannel: (channel, secret) => sendTest(sender, channel, secret),
  });
});
afterAll(() => api.close());

const put = (name: string, body: unknown) => api.ask("PUT", `/api/channels/${name}`, { body });
const webhook = (url: string) => ({ type: "webhook", url });

test("a channel is put, listed, shown without its secret, and deleted", async () => {
  const settings = webhook("https://hooks.example.org/x");
  const made = await put("ops", { settings, secret: "s3cret" });
  expect(made).toMatchObject({ status: 200, body: { name: "ops", settings, hasSecret: true } });
  const shown = [
    made.body,
    (await api.ask("GET", "/api/channels/ops")).body,
    (await api.ask("GET", "/api/channels")).body,
  ];
  for (const body of shown) expect(JSON.stringify(body)).not.toContain("s3cret");
  expect(await api.ask("DELETE", "/api/channels/ops")).toMatchObject({ status: 204 });
  for (const method of ["GET", "DELETE"])
    expect(await api.ask(method, "/api/channels/ops")).toMatchObject({ status: 404 });
});

test("a channel to a host that is not allowed is refused with the setting that would allow it", async () => {
  expect(await put("evil", { settings: webhook("https://example.com/x") })).toMatchObject({
    status: 403,
    body: { code: "forbidden", detail: expect.stringContaining("MILLRACE_NOTIFY_HOSTS") },
  });
  expect(await put("evil", { settings: webhook("file:///etc/passwd") })).toMatchObject({ status: 400 });
  expect(await put("evil", { settings: { type: "pager" } })).toMatchObject({ status: 400 });
});

test("a kept secret does not follow a channel to another place", async () => {
  await put("moves", { settings: webhook("https://a.example.org/x"), secret: "s3cret" });
  expect(await put("moves", { settings: webhook("https://a.example.org/y") })).toMatchObject({ status: 200 });
  expect(await put("moves", { settings: webhook("https://b.example.org/x") })).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining("give the secret again") },
  });
  expect(await put("moves", { settings: webhook("https://b.example.org/x"), secret: "new" })).toMatchObject({
    status: 200,
  });
});

test("a flow must name a channel that is there, and a channel that a running flow names stays", async () => {
  const flow = {
    id: "tells",
    name: "Tells",
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: {} },
      { id: "tell", kind: "notify", config: { channel: "on-dut", title: "T", text: "X" } },
    ],
    edges: [{ from: "in", to: "tell" }],
  };
  await put("on-duty", { settings: webhook("https://a.example.org/x") });
  const draft = await api.ask("PUT", "/api/flows/tells", { body: flow });
  expect(draft.body.problems).toMatchObject([
    {
      code: "unknown_channel",
      node: "tell",
      path: "channel",
      message: expect.stringContaining('Did you mean "on-duty"?'),
    },
  ]);
  const tried = await api.ask("POST", "/api/flows/tells/try", { body: { messages: [{ values: { v: 1 } }] } });
  expect(tried.body.effects).toMatchObject([{ type: "notify", channel: "on-dut", title: "T" }]);
  const nodes = [flow.nodes[0], { ...flow.nodes[1], config: { channel: "on-duty", title: "T", text: "X" } }];
  await api.ask("PUT", "/api/flows/tells", { body: { ...flow, nodes }, headers: { "If-Match": "*" } });
  await api.ask("POST", "/api/flows/tells/versions", { body: {} });
  await api.ask("POST", "/api/flows/tells/deploy", { body: { version: 1 } });
  expect(await api.ask("DELETE", "/api/channels/on-duty")).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('"tells" sends by the channel') },
  });
  await api.ask("POST", "/api/flows/tells/deploy", { body: { mode: "off" } });
  expect(await api.ask("DELETE", "/api/channels/on-duty")).toMatchObject({ status: 204 });
});

test("a test of a channel goes out signed and at once, and says what happened", async () => {
  const statuses = [200, 404];
  const receiver = await startReceiver(() => statuses.shift()!);
  await put("hook", { settings: webhook(receiver.url), secret: "s3cret" });
  const tried = () => api.ask("POST", "/api/channels/hook/test");
  expect((await tried()).body).toEqual({ sent: true, reason: null });
  expect((await tried()).body).toEqual({ sent: false, reason: "the receiver answered 404" });
  await receiver.close();
  expect((await tried()).body).toMatchObject({
    sent: false,
    reason: expect.stringContaining("cannot be reached"),
  });
  const [{ headers, body }] = receiver.received as [(typeof receiver.received)[number]];
  expect(headers["millrace-signature"]).toMatch(/^v1=/);
  expect(JSON.parse(body)).toMatchObject({ title: "Test from Millrace" });
  expect(await api.ask("POST", "/api/channels/nothing/test")).toMatchObject({ status: 404 });
});
