import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { encodeRows } from "../../engine/model/point-rows.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
beforeAll(async () => {
  api = await openApiOnDatabase();
});
afterAll(() => api.close());
beforeEach(() => void api.told.splice(0));

let count = 0;
async function create(device: Record<string, unknown> = {}) {
  return (await api.ask("POST", "/api/devices", { body: { name: `device ${++count}`, ...device } })).body;
}

test("a new device gets an id, a token, the default profile and a place", async () => {
  const body = { name: "  loop 1 ", attributes: { road: "A1", lanes: 3 }, shared: { limit: 80 } };
  const reply = await api.ask("POST", "/api/devices", { body });
  expect(reply).toMatchObject({
    status: 201,
    body: {
      ...body,
      name: "loop 1",
      profile: "default",
      client: {},
      token: expect.stringMatching(/^\S{16,}$/),
    },
  });
  expect(reply.headers.location).toBe(`/api/devices/${reply.body.id}`);
  expect((await api.ask("GET", reply.headers.location!)).body).toEqual(reply.body);
  expect(api.told).toEqual([["deviceChanged", reply.body]]);
});

test("a device may bring its own token", async () => {
  expect(await create({ token: "my-own-token" })).toMatchObject({ token: "my-own-token" });
});

test("a name or token that is taken is a conflict", async () => {
  const { name, token } = await create();
  for (const body of [{ name }, { name: "other", token }])
    expect(await api.ask("POST", "/api/devices", { body })).toMatchObject({
      status: 409,
      body: { code: "conflict" },
    });
});

test("a profile that is not there is a fault of the body, not of the address", async () => {
  const { id } = await create();
  const asked = [
    await api.ask("POST", "/api/devices", { body: { name: "p", profile: "none" } }),
    await api.ask("PATCH", `/api/devices/${id}`, { body: { profile: "none" } }),
  ];
  for (const reply of asked)
    expect(reply).toMatchObject({
      status: 400,
      body: { code: "invalid_body", problems: [{ path: "profile" }] },
    });
});

test("values keep every kind of JSON, and drop only a prototype", async () => {
  const attributes = { text: "ü🚦", no: false, nil: null, deep: { list: [1, { a: null }] }, constructor: 1 };
  const body = `{"name":"kinds","attributes":${JSON.stringify(attributes).replace("{", '{"__proto__":{"x":1},')}}`;
  const { status, body: device } = await api.ask("POST", "/api/devices", { body });
  expect(status).toBe(201);
  expect(device.attributes).toEqual(attributes);
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test("devices are listed by name, page by page, each once", async () => {
  for (let at = 0; at < 5; at++) await create({ name: `paged ${at}`, profile: "default" });
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await api.ask("GET", `/api/devices?search=PAGED&limit=2${cursor}`);
    expect(body.items.length).toBeLessThanOrEqual(2);
    seen.push(...body.items.map(({ name }: { name: string }) => name));
    cursor = body.next && `&cursor=${encodeURIComponent(body.next)}`;
  } while (cursor);
  expect(seen).toEqual([0, 1, 2, 3, 4].map((at) => `paged ${at}`));
});

test.each(["nonsense", "bnVsbA", "%F0%9F%9A%A6", "'%20or%201=1"])(
  "the cursor %s is refused",
  async (cursor) => {
    for (const list of ["devices", "alarms", "commands", "dead-letters"])
      expect(await api.ask("GET", `/api/${list}?cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { code: "bad_request" },
      });
  },
);

test("a search takes no wildcards and no SQL", async () => {
  for (const search of ["%", "_", "';drop table millrace.devices;--"])
    expect((await api.ask("GET", `/api/devices?search=${encodeURIComponent(search)}`)).body.items).toEqual(
      [],
    );
});

test("a change merges attributes, null deletes, and only what changed is told", async () => {
  const { id, revision } = await create({
    attributes: { a: 1, b: 2 },
    shared: { limit: 80, text: "x", same: [1] },
  });
  api.told.splice(0);
  const body = { attributes: { b: 2 }, shared: { limit: 60, text: null, gone: null, same: [1] } };
  const { status, body: device } = await api.ask("PATCH", `/api/devices/${id}`, { body });
  expect([status, device.attributes, device.shared]).toEqual([200, { a: 1, b: 2 }, { limit: 60, same: [1] }]);
  expect(device.revision).toBeGreaterThan(revision);
  expect(api.told).toEqual([
    ["attributesChanged", device, "shared", { limit: 60, text: null }],
    ["deviceChanged", device],
  ]);
});

test("a change that changes nothing tells nobody", async () => {
  const device = await create({ shared: { limit: 80 } });
  api.told.splice(0);
  for (const body of [{}, { shared: {} }, { shared: { limit: 80 } }])
    expect((await api.ask("PATCH", `/api/devices/${device.id}`, { body })).body).toEqual(device);
  expect(api.told).toEqual([]);
});

test("a device is renamed, and not to a name that is taken", async () => {
  const [one, other] = [await create(), await create()];
  const renamed = await api.ask("PATCH", `/api/devices/${one.id}`, { body: { name: "renamed" } });
  expect(renamed.body).toMatchObject({ id: one.id, token: one.token, name: "renamed" });
  const clash = await api.ask("PATCH", `/api/devices/${other.id}`, { body: { name: "renamed" } });
  expect(clash).toMatchObject({ status: 409, body: { code: "conflict" } });
});

test.each([
  { id: "x" },
  { token: "abcdefgh" },
  { client: {} },
  { revision: 1 },
  { name: null },
  { attributes: null },
])("a device's %o cannot be changed so", async (body) => {
  const { id } = await create();
  expect(await api.ask("PATCH", `/api/devices/${id}`, { body })).toMatchObject({
    status: 400,
    body: { code: "invalid_body" },
  });
});

test("a deleted device is gone, and its side is told", async () => {
  const device = await create();
  api.told.splice(0);
  expect(await api.ask("DELETE", `/api/devices/${device.id}`)).toMatchObject({ status: 204, body: "" });
  expect(api.told).toEqual([["deviceDeleted", device]]);
  for (const [method, path, sent] of [
    ["GET", ""],
    ["DELETE", ""],
    ["GET", "/latest"],
    ["GET", "/context"],
    ["PATCH", "", { body: {} }],
    ["POST", "/commands", { body: { method: "reboot" } }],
  ] as const)
    expect(await api.ask(method, `/api/devices/${device.id}${path}`, sent)).toMatchObject({
      status: 404,
      body: { code: "not_found", detail: expect.stringContaining(device.id) },
    });
});

test("what a flow sees of a device is shown, with the devices that it names, as it is now", async () => {
  const road = await create({ name: "A8", attributes: { limit: 80 }, shared: { limit: 120, lanes: 3 } });
  await api.registry.mergeAttributes(road.id, "client", { firmware: "1" });
  const attributes = { road: "A8", next: "A9", mode: "day" };
  const { id } = await create({ name: "loop on A8", attributes, shared: { mode: "night", limit: 50 } });
  await api.registry.mergeAttributes(id, "client", { limit: 1, firmware: "2" });
  const { status, body } = await api.ask("GET", `/api/devices/${id}/context`);
  const own = { ...attributes, limit: 50, firmware: "2" };
  const related = { road: { name: "A8", profile: "default", attributes: { limit: 80, lanes: 3 } } };
  expect(status).toBe(200);
  expect(body).toMatchObject({ id, name: "loop on A8", profile: "default", attributes: own });
  expect(body.related).toEqual(related);

  await create({ name: "A9" });
  const later = await api.ask("GET", `/api/devices/${id}/context`);
  expect(later.body.related).toEqual({
    ...related,
    next: { name: "A9", profile: "default", attributes: {} },
  });
  expect(later.body.relatedRevision).toBeGreaterThan(body.relatedRevision);
  expect(later.body.revision).toBe(body.revision);
});

test("the newest value of each key is shown with its time", async () => {
  const { id } = await create();
  const at = Date.UTC(2026, 10, 3, 8);
  const point = (ts: number, speed: number) => ({
    measurement: "traffic",
    tags: { device: id },
    fields: { speed },
    ts,
  });
  await api.series.write([encodeRows([point(at, 41), point(at + 1000, 17)])]);
  const { body } = await api.ask("GET", `/api/devices/${id}/latest`);
  expect(body).toEqual({ speed: { ts: "2026-11-03T08:00:01.000Z", value: 17 } });
});

const ndjson = { "Content-Type": "application/x-ndjson" };

test("an import creates what it can and names the lines it cannot", async () => {
  await create({ name: "taken" });
  api.told.splice(0);
  const body = [
    '{"name":"import 1","attributes":{"road":"A1"}}',
    "",
    "oops",
    '{"name":"taken"}\r',
    '{"name":""}',
    '{"name":"import 6","profile":"none"}',
    '  {"name":"import 7","token":"import-token-7"}',
  ].join("\n");
  const reply = await api.ask("POST", "/api/devices/bulk", { body, headers: ndjson });
  expect(reply).toMatchObject({
    status: 200,
    body: {
      created: 2,
      failed: 4,
      devices: [
        { line: 1, name: "import 1" },
        { line: 7, name: "import 7", token: "import-token-7" },
      ],
      problems: [
        { line: 3, code: "bad_request" },
        { line: 4, code: "conflict" },
        { line: 5, code: "invalid_body" },
        { line: 6, code: "not_found" },
      ],
    },
  });
  expect(api.told.map(([what]) => what)).toEqual(["deviceChanged", "deviceChanged"]);
  const { body: first } = await api.ask("GET", `/api/devices/${reply.body.devices[0].id}`);
  expect(first.attributes).toEqual({ road: "A1" });
});

test("a thousand devices are imported at once", async () => {
  const body = Array.from({ length: 1000 }, (_, at) => JSON.stringify({ name: `many ${at}` })).join("\n");
  const reply = await api.ask("POST", "/api/devices/bulk", { body, headers: ndjson });
  expect(reply.body).toMatchObject({ created: 1000, failed: 0 });
  expect(new Set(reply.body.devices.map(({ token }: { token: string }) => token)).size).toBe(1000);
});

test("profiles are put, shown, listed and deleted", async () => {
  const body = { name: "loop-detector", class: "consumer" };
  const put = await api.ask("PUT", "/api/profiles/loop-detector", { body });
  expect(put).toMatchObject({ status: 200, body: { ...body, description: "" } });
  expect((await api.ask("GET", "/api/profiles/loop-detector")).body).toEqual(put.body);
  expect((await api.ask("GET", "/api/profiles")).body).toMatchObject({
    items: [{ name: "default" }, put.body],
    next: null,
  });
  expect(await api.ask("DELETE", "/api/profiles/loop-detector")).toMatchObject({ status: 204 });
  expect(api.told).toEqual(Array(2).fill(["profileChanged", "loop-detector"]));
  for (const method of ["GET", "DELETE"])
    expect(await api.ask(method, "/api/profiles/loop-detector")).toMatchObject({ status: 404 });
});

test("a profile has the name in the path, whether or not the body says it too", async () => {
  for (const body of [{ class: "consumer" }, { name: "by-path", class: "consumer" }])
    expect(await api.ask("PUT", "/api/profiles/by-path", { body })).toMatchObject({
      status: 200,
      body: { name: "by-path", class: "consumer", description: "" },
    });
});

test("a profile in use and the default one stay", async () => {
  await api.ask("PUT", "/api/profiles/used", { body: { name: "used" } });
  await create({ profile: "used" });
  for (const name of ["used", "default"])
    expect(await api.ask("DELETE", `/api/profiles/${name}`)).toMatchObject({
      status: 409,
      body: { code: "conflict" },
    });
});

test.each([
  ["a", { name: "b" }, "invalid_body"],
  ["a", { name: null }, "invalid_body"],
  ["a", { class: "best" }, "invalid_body"],
  ["a", { colour: "red" }, "invalid_body"],
  ["A", {}, "bad_request"],
  ["A", { name: "A" }, "bad_request"],
])("the profile %s is not put as %o", async (name, body, code) => {
  expect(await api.ask("PUT", `/api/profiles/${name}`, { body })).toMatchObject({
    status: 400,
    body: { code },
  });
  expect(api.told).toEqual([]);
});

test("a profile's payload is kept, checks flows, and is told to the lanes where it is enforced", async () => {
  const fields = [{ name: "speed", type: "number", unit: "km/h" }];
  const put = (payload: unknown) => api.ask("PUT", "/api/profiles/typed", { body: { payload } });
  api.told.splice(0);
  expect(await put({ fields })).toMatchObject({
    status: 200,
    body: { payload: { fields, open: true, enforce: false } },
  });
  expect(api.told.map(([what]) => what)).toEqual(["profileChanged"]);
  const when = { all: [{ fact: "sped", operator: "lessThan", value: 20 }] };
  const flow = {
    id: "typed",
    name: "Typed",
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: { profiles: ["typed"] } },
      { id: "slow", kind: "filter", config: { when } },
    ],
    edges: [{ from: "in", to: "slow" }],
  };
  const draft = await api.ask("PUT", "/api/flows/typed", { body: flow });
  expect(draft.body.problems).toMatchObject([{ code: "unknown_field", level: "warning", node: "slow" }]);
  const freeze = () => api.ask("POST", "/api/flows/typed/versions", { body: {} });
  expect(await freeze()).toMatchObject({ status: 201 });

  await put({ fields, open: false, enforce: true });
  expect(api.told.map(([what]) => what)).toEqual(["profileChanged", "profileChanged", "deployed"]);
  expect(api.told.at(-1)![1]).toMatchObject({ payloads: { typed: { fields, open: false } } });
  expect(await freeze()).toMatchObject({ status: 422, body: { problems: [{ code: "unknown_field" }] } });
  expect(await put({ fields: [...fields, ...fields] })).toMatchObject({ status: 400 });
});
