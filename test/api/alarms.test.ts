import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CauseStep } from "../../engine/model/cause.ts";
import type { RaiseEffect } from "../../engine/model/effect.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
const at = Date.UTC(2026, 10, 3, 8);
const device = "d1";

const raise = (n: number, more: Partial<RaiseEffect> = {}): RaiseEffect => ({
  type: "raise",
  id: `0:1:${n}`,
  device,
  at: at + n,
  flow: "congestion",
  version: 1,
  node: `jam${n}`,
  alarm: "Congestion",
  severity: "major",
  details: { avgSpeed: 12 },
  deviceName: "loop 1",
  cause: {
    message: "0:1",
    ts: new Date(at).toISOString(),
    values: { avgSpeed: 12 },
    path: ["in", "jam"],
    version: 1,
    steps,
  },
  ...more,
});
const steps: CauseStep[] = [
  { node: "in", output: "out", says: "a message of loop 1 came", reasons: [], values: { speed: 12 } },
  {
    node: "avg",
    output: "window",
    says: "1 messages",
    reasons: [{ text: "{messages} messages", with: { messages: 1 } }],
    values: { avgSpeed: 12 },
    window: {
      start: new Date(at).toISOString(),
      end: new Date(at + 60_000).toISOString(),
      count: 1,
      messages: [{ id: "0:1", ts: new Date(at).toISOString(), values: { speed: 12 } }],
    },
  },
  {
    node: "jam",
    says: "avgSpeed 12 is below 20",
    reasons: [{ field: "avgSpeed", found: 12, operator: "lessThan", value: 20, holds: true }],
    values: { avgSpeed: 12 },
  },
];
const list = async (query = "") => (await api.ask("GET", `/api/alarms${query}`)).body;

beforeAll(async () => {
  api = await openApiOnDatabase();
  await api.registry.apply([
    raise(1),
    raise(2, { severity: "critical" }),
    raise(3, { device: "d2" }),
    raise(4, { flow: "heat" }),
    raise(5, { node: "jam5", severity: "warning" }),
    {
      type: "clear",
      id: "0:1:6",
      device,
      at: at + 60_000,
      flow: "congestion",
      version: 1,
      node: "jam5",
      alarm: "Congestion",
    },
    {
      type: "dead-letter",
      id: "0:1:7",
      device,
      at,
      reason: "invalid_json",
      message: "The payload is not JSON.",
      flow: "congestion",
      version: 1,
      node: "in",
      raw: Buffer.from("oops").toString("base64"),
    },
    {
      type: "dead-letter",
      id: "0:1:8",
      device: "",
      at,
      reason: "unknown_topic",
      message: "No such topic.",
      raw: "",
    },
  ]);
});
afterAll(() => api.close());
beforeEach(() => void api.told.splice(0));

test("alarms are listed newest first, with their cause", async () => {
  const { items, next } = await list();
  expect(items.map(({ node }: { node: string }) => node)).toEqual(["jam5", "jam4", "jam3", "jam2", "jam1"]);
  expect(next).toBeNull();
  expect(items.at(-1)).toMatchObject({
    type: "Congestion",
    severity: "major",
    status: "active",
    acknowledged: false,
    raisedAt: new Date(at + 1).toISOString(),
    cause: { values: { avgSpeed: 12 }, path: ["in", "jam"] },
  });
});

test.each([
  ["status=active", 4],
  ["status=cleared", 1],
  ["severity=critical", 1],
  ["device=d2", 1],
  ["flow=heat", 1],
  ["flow=congestion&status=active&severity=major&device=d1", 1],
  ["device=nobody", 0],
])("alarms with %s: %i", async (query, count) => {
  expect((await list(`?${query}`)).items).toHaveLength(count);
});

test("alarms come page by page, each once", async () => {
  const first = await list("?limit=3");
  const second = await list(`?limit=3&cursor=${encodeURIComponent(first.next)}`);
  expect([...first.items, ...second.items]).toEqual((await list()).items);
  expect(second.next).toBeNull();
});

test("an alarm is acknowledged once, and told once", async () => {
  const { id } = (await list("?flow=heat")).items[0];
  const { status, body } = await api.ask("POST", `/api/alarms/${id}/ack`);
  expect([status, body.acknowledged, body.status]).toEqual([200, true, "active"]);
  expect(await api.ask("POST", `/api/alarms/${id}/ack`, { body: {} })).toMatchObject({ status: 200, body });
  expect((await api.ask("GET", `/api/alarms/${id}`)).body).toMatchObject(body);
  expect(api.told).toEqual([["alarmAcknowledged", body]]);
});

test("an alarm is cleared by hand once, and told once", async () => {
  const { id } = (await list("?severity=critical")).items[0];
  const { status, body } = await api.ask("POST", `/api/alarms/${id}/clear`);
  expect([status, body.status, body.acknowledged]).toEqual([200, "cleared", false]);
  expect(Date.parse(body.clearedAt)).toBeGreaterThan(at);
  expect((await api.ask("POST", `/api/alarms/${id}/clear`)).body).toEqual(body);
  expect(api.told).toEqual([["alarmCleared", body]]);
});

test("an alarm shows what decided at each node, and each change of it with its own cause", async () => {
  const origin = {
    device,
    at: at + 70_000,
    flow: "congestion",
    version: 2,
    node: "jam9",
    alarm: "Congestion",
  };
  const { cause } = raise(9);
  const worse = { ...cause, message: "0:9", version: 2 };
  await api.registry.apply([
    raise(9),
    { ...origin, type: "update", id: "0:9:1", severity: "critical", details: {}, cause: worse },
    { ...origin, type: "clear", id: "0:9:2", at: at + 80_000, cause: { ...worse, message: "0:10" } },
  ]);
  const { status, body } = await api.ask("GET", "/api/alarms/0:1:9");
  expect(status).toBe(200);
  expect(body.cause).toEqual(cause);
  await api.ask("POST", "/api/alarms/0:1:9/ack");
  const { changes } = (await api.ask("GET", "/api/alarms/0:1:9")).body;
  expect(changes).toMatchObject([
    { change: "raised", severity: "major", at: new Date(at + 9).toISOString(), cause },
    { change: "updated", severity: "critical", cause: worse },
    { change: "cleared", severity: "critical", cause: { message: "0:10", version: 2, steps } },
    { change: "acknowledged", cause: null },
  ]);
  const listed = (await list("?status=cleared")).items.find(({ id }: { id: string }) => id === "0:1:9");
  expect(listed.cause).not.toHaveProperty("steps");
});

test("a cause names the commit of its version, once that is in the flows repository", async () => {
  const definition = { id: "kept", name: "Kept", schema: 1 as const, nodes: [], edges: [], layout: {} };
  await api.registry.putDraft(definition, undefined);
  const version = await api.registry.createVersion("kept", "first");
  await api.registry.apply([raise(20, { flow: "kept" })]);
  const causeNow = async () => (await api.ask("GET", "/api/alarms/0:1:20")).body.cause;
  expect(await causeNow()).not.toHaveProperty("commit");
  await api.registry.versionRecorded({ ...version, cases: [] }, "c0ffee");
  expect(await causeNow()).toMatchObject({ version: 1, commit: "c0ffee" });
  const { changes } = (await api.ask("GET", "/api/alarms/0:1:20")).body;
  expect(changes[0].cause.commit).toBe("c0ffee");
});

test.each([
  ["GET", "/api/alarms/none"],
  ["POST", "/api/alarms/none/ack"],
  ["POST", "/api/alarms/none/clear"],
  ["GET", "/api/dead-letters/none"],
  ["GET", "/api/commands/4711"],
  ["GET", "/api/commands/9007199254740991"],
  ["POST", "/api/devices/none/commands"],
])("%s %s finds nothing", async (method, path) => {
  const body = path.endsWith("commands") ? { method: "reboot" } : undefined;
  expect(await api.ask(method, path, { body })).toMatchObject({ status: 404, body: { code: "not_found" } });
});

test("a command's id beyond all numbers is refused", async () => {
  for (const id of ["9007199254740992", "1e99", "-1", "NaN"])
    expect(await api.ask("GET", `/api/commands/${id}`)).toMatchObject({ status: 400 });
});

test("dead letters are listed newest first, filtered and shown with their bytes", async () => {
  const { body } = await api.ask("GET", "/api/dead-letters");
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(["0:1:8", "0:1:7"]);
  for (const query of ["device=d1", "flow=congestion", "reason=invalid_json"])
    expect((await api.ask("GET", `/api/dead-letters?${query}`)).body.items).toEqual([body.items[1]]);
  const { body: letter } = await api.ask("GET", "/api/dead-letters/0:1:7");
  expect(letter).toEqual(body.items[1]);
  expect(Buffer.from(letter.raw, "base64").toString()).toBe("oops");
});
