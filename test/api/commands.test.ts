import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ApiOnDatabase, openApi, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
let device: string;
const send = (body: unknown, key?: string, to = device) =>
  api.ask("POST", `/api/devices/${to}/commands`, {
    body,
    headers: key === undefined ? {} : { "Idempotency-Key": key },
  });

beforeAll(async () => {
  api = await openApiOnDatabase();
  device = (await api.ask("POST", "/api/devices", { body: { name: "sign 1" } })).body.id;
});
afterAll(() => api.close());
beforeEach(() => void api.told.splice(0));

test("a command is queued and told, with what was left out filled in", async () => {
  const before = Date.now();
  const reply = await send({ method: "reboot" });
  expect(reply).toMatchObject({
    status: 201,
    body: {
      device,
      method: "reboot",
      params: {},
      state: "queued",
      timeoutMs: 10_000,
      flow: null,
      alarm: null,
    },
  });
  const { createdAt, expiresAt, id } = reply.body;
  expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(3_600_000);
  expect(reply.headers.location).toBe(`/api/commands/${id}`);
  // No flow sent it, so it has no cause.
  expect((await api.ask("GET", `/api/commands/${id}`)).body).toEqual({ ...reply.body, cause: null });
  expect(api.told).toEqual([["commandCreated", reply.body]]);
});

test("a repetition under one key sends one command, also when both come at once", async () => {
  const body = { method: "setLimit", params: { kmh: 60 } };
  const replies = await Promise.all(Array.from({ length: 5 }, () => send(body, "key-1")));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
  expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
  expect(replies[0]!.body.key).toBe(`${device}/key-1`);
  expect(api.told).toHaveLength(1);
});

test("one key on two devices is two commands", async () => {
  const other = (await api.ask("POST", "/api/devices", { body: { name: "sign 2" } })).body.id;
  expect((await send({ method: "reboot" }, "shared")).status).toBe(201);
  expect((await send({ method: "reboot" }, "shared", other)).status).toBe(201);
});

test("a key that sent another command before is a conflict", async () => {
  await send({ method: "setLimit", params: { kmh: 60 } }, "key-2");
  for (const body of [
    { method: "reboot", params: { kmh: 60 } },
    { method: "setLimit", params: { kmh: 80 } },
  ])
    expect(await send(body, "key-2")).toMatchObject({ status: 409, body: { code: "conflict" } });
  expect(api.told).toHaveLength(1);
});

test("without a key every request is a command of its own", async () => {
  const [one, other] = [await send({ method: "reboot" }), await send({ method: "reboot" })];
  expect(one.body.id).not.toBe(other.body.id);
});

test.each(["", " ", "a b", "x".repeat(129), "ü"])("the key '%s' is refused", async (key) => {
  expect(await send({ method: "reboot" }, key)).toMatchObject({ status: 400, body: { code: "bad_request" } });
});

test.each([
  {},
  { method: "" },
  { method: "x".repeat(129) },
  { method: "a", timeoutMs: 99 },
  { method: "a", timeoutMs: 86_400_001 },
  { method: "a", timeoutMs: "10s" },
  { method: "a", ttlMs: 999 },
  { method: "a", ttlMs: 1e12 },
  { method: "a", retries: 11 },
  { method: "a", retries: -1 },
  { method: "a", approval: "yes" },
  { method: "a", state: "succeeded" },
])("the command %o is refused", async (body) => {
  expect(await send(body)).toMatchObject({ status: 400, body: { code: "invalid_body" } });
  expect(api.told).toEqual([]);
});

const decide = (id: number, what: "approve" | "reject", body?: unknown) =>
  api.ask("POST", `/api/commands/${id}/${what}`, { body });

test("a command that waits for approval is queued by it, once, and told", async () => {
  const { body } = await send({ method: "openGate", approval: true, retries: 3 });
  expect(body).toMatchObject({ state: "waiting_approval", retries: 3, attempts: 0 });
  api.told.splice(0);
  const approved = await decide(body.id, "approve");
  expect(approved).toMatchObject({ status: 200, body: { id: body.id, state: "queued" } });
  expect(api.told).toEqual([["commandDecided", approved.body]]);
  expect(await decide(body.id, "approve")).toMatchObject({ status: 409, body: { code: "conflict" } });
  expect(await decide(body.id, "reject", {})).toMatchObject({ status: 409, body: { code: "conflict" } });
  expect(api.told).toHaveLength(1);
});

test("a rejected command says why, and stays rejected", async () => {
  const { body } = await send({ method: "openGate", approval: true });
  const rejected = await decide(body.id, "reject", { reason: "  People in the basin " });
  expect(rejected).toMatchObject({ status: 200, body: { state: "rejected", reason: "People in the basin" } });
  expect(await decide(body.id, "reject", {})).toMatchObject({ status: 200, body: rejected.body });
  expect(await decide(body.id, "approve")).toMatchObject({ status: 409 });
});

test.each([{ reason: "" }, { reason: "x".repeat(501) }, { reason: 7 }, { by: "me" }])(
  "a rejection with %o is refused",
  async (reason) => {
    const { body } = await send({ method: "openGate", approval: true });
    expect(await decide(body.id, "reject", reason)).toMatchObject({
      status: 400,
      body: { code: "invalid_body" },
    });
  },
);

test("only commands that are there can be approved", async () => {
  expect(await decide(987_654_321, "approve")).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect((await api.ask("POST", "/api/commands/x/approve")).status).toBe(400);
});

test("commands are listed newest first and filtered", async () => {
  const alarm = "0:1:1";
  const { body: answering } = await send({ method: "setLimit", params: [1, null], alarm });
  const listed = async (query: string) => (await api.ask("GET", `/api/commands?${query}`)).body.items;
  expect((await listed("limit=1"))[0]).toEqual(answering);
  expect(await listed(`alarm=${alarm}`)).toEqual([answering]);
  expect(await listed("device=nobody")).toEqual([]);
  await api.registry.advanceCommand(answering.id, {
    state: "succeeded",
    at: Date.now(),
    answer: { ok: true },
  });
  expect(await listed("state=succeeded")).toMatchObject([{ id: answering.id, answer: { ok: true } }]);
});

test("a database that is away is told as such", async () => {
  const away = await openApi();
  expect(await away.ask("GET", "/api/commands")).toMatchObject({
    status: 503,
    body: { code: "unavailable" },
  });
  await away.close();
});
