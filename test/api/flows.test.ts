import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
beforeAll(async () => {
  api = await openApiOnDatabase();
});
afterAll(() => api.close());
beforeEach(() => void api.told.splice(0));

const slow = { all: [{ fact: "speed", operator: "lessThan", value: 20 }] };
const sound = (id: string) => ({
  id,
  name: `Flow ${id}`,
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "jam", kind: "alert", config: { type: "Congestion", severity: "major", raise: slow } },
  ],
  edges: [{ from: "in", to: "jam" }],
  layout: { in: { x: 0, y: 80 } },
});
const unfinished = (id: string) => ({
  ...sound(id),
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "odd", kind: "no-such-kind" },
  ],
  edges: [{ from: "in", to: "nowhere" }],
});

const put = (flow: { id: string }, headers: Record<string, string> = {}) =>
  api.ask("PUT", `/api/flows/${flow.id}`, { body: flow, headers });
const freeze = (id: string, message = "") =>
  api.ask("POST", `/api/flows/${id}/versions`, { body: { message } });
const deploy = (id: string, body: unknown) => api.ask("POST", `/api/flows/${id}/deploy`, { body });

test("a draft is saved and comes back as it was, with its entity tag", async () => {
  const flow = sound("first");
  const saved = await put(flow);
  expect(saved).toMatchObject({
    status: 201,
    body: { etag: expect.stringMatching(/^"[^"]+"$/), problems: [] },
  });
  expect(saved.headers.etag).toBe(saved.body.etag);
  const draft = await api.ask("GET", "/api/flows/first");
  expect(draft.body).toEqual(flow);
  expect(draft.headers.etag).toBe(saved.body.etag);
  const again = await api.ask("GET", "/api/flows/first", { headers: { "If-None-Match": saved.body.etag } });
  expect([again.status, again.body]).toEqual([304, ""]);
});

test("an unfinished draft is saved, and what is missing is told", async () => {
  const { status, body } = await put(unfinished("unfinished"));
  expect(status).toBe(201);
  expect(body.problems.length).toBeGreaterThan(0);
  for (const problem of body.problems) expect(problem.message).toMatch(/\w/);
  expect((await api.ask("GET", "/api/flows/unfinished")).status).toBe(200);
});

test("a draft that is there is changed only by who has seen it", async () => {
  const flow = sound("guarded");
  const { etag } = (await put(flow)).body;
  const changed = { ...flow, name: "Changed" };
  expect(await put(changed)).toMatchObject({ status: 428, body: { code: "precondition_required" } });
  expect(await put(changed, { "If-None-Match": "*" })).toMatchObject({
    status: 412,
    body: { code: "stale" },
  });
  expect(await put(changed, { "If-Match": '"other"' })).toMatchObject({
    status: 412,
    body: { code: "stale" },
  });
  expect(await put(changed, { "If-Match": `W/${etag}` })).toMatchObject({ status: 412 });
  expect((await api.ask("GET", "/api/flows/guarded")).body.name).toBe("Flow guarded");

  const second = await put(changed, { "If-Match": etag });
  expect([second.status, second.body.etag === etag]).toEqual([200, false]);
  expect(await put(flow, { "If-Match": etag })).toMatchObject({ status: 412 });
  expect(await put(flow, { "If-Match": "*" })).toMatchObject({ status: 200 });
});

test("of many who change one draft at once, one gets through", async () => {
  const { etag } = (await put(sound("raced"))).body;
  const named = (at: number) =>
    put({ ...sound("raced"), name: `Number ${at}` } as never, { "If-Match": etag });
  const statuses = (await Promise.all(Array.from({ length: 8 }, (_, at) => named(at)))).map(
    ({ status }) => status,
  );
  expect(statuses.sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
});

test("a draft that is not there is created, not matched", async () => {
  expect(await put(sound("absent"), { "If-Match": '"x"' })).toMatchObject({ status: 412 });
  expect(await put(sound("absent"), { "If-Match": "*" })).toMatchObject({ status: 412 });
  expect(await put(sound("absent"), { "If-None-Match": "*" })).toMatchObject({ status: 201 });
});

test.each([
  { "If-Match": "abc" },
  { "If-Match": '"a", "b"' },
  { "If-None-Match": '"a"' },
  { "If-Match": '"a"', "If-None-Match": "*" },
])("the condition %o cannot be understood", async (headers) => {
  expect(await put(sound("odd"), headers as never)).toMatchObject({
    status: 400,
    body: { code: "bad_request" },
  });
});

test.each([
  ["another id than its path", { id: "other" }],
  ["an id with a dot", { id: "a.b" }],
  ["no name", { name: "" }],
  ["another schema", { schema: 2 }],
  ["a key nobody knows", { colour: "red" }],
  ["nodes that are no list", { nodes: {} }],
  ["a node without kind", { nodes: [{ id: "in" }] }],
  ["an edge from nowhere", { edges: [{ to: "in" }] }],
  ["1,001 nodes", { nodes: Array.from({ length: 1001 }, (_, at) => ({ id: `n${at}`, kind: "input" })) }],
])("a flow with %s is no draft", async (_, change) => {
  const reply = await api.ask("PUT", "/api/flows/shapeless", { body: { ...sound("shapeless"), ...change } });
  expect(reply).toMatchObject({ status: 400, body: { code: "invalid_body" } });
  expect((await api.ask("GET", "/api/flows/shapeless")).status).toBe(404);
});

test("a flow of 1,000 nodes is saved", async () => {
  const nodes = Array.from({ length: 1000 }, (_, at) => ({ id: `n${at}`, kind: "input", config: {} }));
  expect(await put({ ...sound("large"), nodes, edges: [], layout: {} } as never)).toMatchObject({
    status: 201,
  });
});

test("the list shows drafts, newest versions and what runs", async () => {
  await put(sound("listed"));
  const listed = async () =>
    (await api.ask("GET", "/api/flows")).body.items.find(({ id }: { id: string }) => id === "listed");
  expect(await listed()).toMatchObject({ name: "Flow listed", latestVersion: null, live: null });
  await freeze("listed");
  await deploy("listed", { version: 1, mode: "live" });
  expect(await listed()).toMatchObject({ latestVersion: 1, live: 1 });
});

test("versions are numbered, listed newest first and never change", async () => {
  const flow = sound("versioned");
  const { etag } = (await put(flow)).body;
  const first = await freeze("versioned", "  First  ");
  expect(first).toMatchObject({ status: 201, body: { version: 1, message: "First", definition: flow } });
  expect(first.headers.location).toBe("/api/flows/versioned/versions/1");
  await put({ ...flow, name: "Second" } as never, { "If-Match": etag });
  expect((await freeze("versioned")).body).toMatchObject({ version: 2, definition: { name: "Second" } });
  const { body } = await api.ask("GET", "/api/flows/versioned/versions");
  expect(body.items.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
  expect(body.items[0].definition).toBeUndefined();
  expect((await api.ask("GET", "/api/flows/versioned/versions/1")).body).toEqual(first.body);
});

test("freezing what did not change gives the same version", async () => {
  await put(sound("same"));
  expect((await freeze("same")).body).toEqual((await freeze("same", "again")).body);
});

test("an unfinished draft is not frozen; its problems are listed", async () => {
  await put(unfinished("refused"));
  const reply = await freeze("refused");
  expect(reply).toMatchObject({ status: 422, body: { code: "invalid_flow" } });
  expect(reply.body.problems.length).toBeGreaterThan(1);
  expect((await api.ask("GET", "/api/flows/refused/versions")).body.items).toEqual([]);
});

test("a version is deployed, another takes its place, and it is switched off", async () => {
  const flow = sound("deployed");
  const { etag } = (await put(flow)).body;
  await freeze("deployed");
  await put({ ...flow, name: "Second" } as never, { "If-Match": etag });
  await freeze("deployed");
  const running = (body: { flows: { id: string }[] }) => body.flows.filter(({ id }) => id === "deployed");

  const one = await deploy("deployed", { version: 1, mode: "live" });
  expect([one.status, running(one.body)]).toEqual([200, [{ id: "deployed", version: 1 }]]);
  const two = await deploy("deployed", { version: 2 });
  expect(running(two.body)).toEqual([{ id: "deployed", version: 2 }]);
  expect(two.body.revision).toBeGreaterThan(one.body.revision);
  const off = await deploy("deployed", { mode: "off" });
  expect(running(off.body)).toEqual([]);
  expect(await deploy("deployed", { mode: "off" })).toMatchObject({ status: 409 });

  expect(api.told.map(([what]) => what)).toEqual(["deployed", "deployed", "deployed"]);
  expect(api.told[1]![1]).toEqual(
    expect.objectContaining({
      flows: expect.arrayContaining([{ version: 2, definition: { ...flow, name: "Second" } }]),
    }),
  );
});

test("a version with problems does not run, even if it was frozen past the API", async () => {
  await put(unfinished("forced"));
  await api.registry.createVersion("forced", "");
  expect(await deploy("forced", { version: 1, mode: "live" })).toMatchObject({
    status: 422,
    body: { code: "invalid_flow", problems: expect.any(Array) },
  });
  expect(api.told).toEqual([]);
});

test.each([
  {},
  { mode: "live" },
  { version: 0 },
  { version: 1, mode: "shadow", devices: { percent: 10 } },
  { version: 1, devices: { percent: 100 } },
  { version: 1, devices: { percent: 10, when: { all: [] } } },
  { version: 1, devices: { when: { all: [{ fact: "area", operator: "is like", value: 1 }] } } },
  { version: 1, devices: { when: { condition: "rush hour" } } },
  { version: 1, rollBack: { errors: 1 } },
  { version: 1, devices: { percent: 10 }, rollBack: {} },
  { version: 1, matchWithinMs: 1000 },
  { version: "1" },
  { version: 1, devices: [] },
])("the deployment %o is refused", async (body) => {
  expect(await deploy("first", body)).toMatchObject({ status: 400, body: { code: "invalid_body" } });
});

test.each([
  { method: "GET", path: "" },
  { method: "DELETE", path: "" },
  { method: "POST", path: "/versions", body: { message: "" } },
  { method: "GET", path: "/versions" },
  { method: "GET", path: "/versions/1" },
  { method: "POST", path: "/deploy", body: { version: 1 } },
  { method: "POST", path: "/try", body: { messages: [{ values: {} }] } },
])("$method of $path of a flow that is not there finds nothing", async ({ method, path, body }) => {
  expect(await api.ask(method, `/api/flows/nobody${path}`, { body })).toMatchObject({
    status: 404,
    body: { code: "not_found", detail: expect.stringContaining("nobody") },
  });
});

test("a live flow stays; switched off, it is deleted with its versions", async () => {
  const { etag } = (await put(sound("deleted"))).body;
  await freeze("deleted");
  await deploy("deleted", { version: 1 });
  expect(await api.ask("DELETE", "/api/flows/deleted")).toMatchObject({
    status: 409,
    body: { code: "conflict" },
  });
  await deploy("deleted", { mode: "off" });
  const stale = await api.ask("DELETE", "/api/flows/deleted", { headers: { "If-Match": '"other"' } });
  expect(stale).toMatchObject({ status: 412 });
  expect(await api.ask("DELETE", "/api/flows/deleted", { headers: { "If-Match": etag } })).toMatchObject({
    status: 204,
  });
  for (const path of ["", "/versions", "/versions/1"])
    expect(await api.ask("GET", `/api/flows/deleted${path}`)).toMatchObject({ status: 404 });
});

test("a flow that hands messages to another is frozen, deployed and tried only as the other can take them", async () => {
  const inner = {
    ...sound("inner"),
    nodes: [{ id: "in", kind: "input", config: { from: "flows" } }, sound("").nodes[1]],
  };
  const outer = (to: string) => ({
    ...sound("outer"),
    nodes: [
      { id: "in", kind: "input", config: {} },
      { id: "hand", kind: "flow", config: { flow: to } },
    ],
    edges: [{ from: "in", to: "hand" }],
  });
  const unknown = await put(outer("inne"));
  expect(unknown.body.problems).toMatchObject([{ code: "unknown_flow", node: "hand", path: "flow" }]);
  await put(inner);
  const idle = await put(outer("inner"), { "If-Match": unknown.body.etag });
  expect(idle.body.problems).toMatchObject([{ code: "flow_not_deployed", node: "hand" }]);
  expect(await freeze("outer")).toMatchObject({ status: 422, body: { code: "invalid_flow" } });

  const tried = await api.ask("POST", "/api/flows/outer/try", {
    body: { messages: [{ values: { speed: 9 } }] },
  });
  expect(tried.body.effects).toMatchObject([{ type: "raise", flow: "inner" }]);

  await freeze("inner");
  await deploy("inner", { version: 1 });
  await freeze("outer");
  expect(await deploy("outer", { version: 1 })).toMatchObject({ status: 200 });
  const off = await deploy("inner", { mode: "off" });
  expect(off).toMatchObject({ status: 409, body: { problems: [{ code: "flow_in_use" }] } });
  expect(off.body.detail).toContain('switch "outer" off first');

  const circle = {
    ...inner,
    nodes: [...inner.nodes, { id: "back", kind: "flow", config: { flow: "outer" } }],
    edges: [{ from: "in", to: "back" }, ...inner.edges],
  };
  const problems = (await put(circle, { "If-Match": "*" })).body.problems;
  expect(problems).toMatchObject([{ code: "flow_cycle", node: "back" }]);
  expect(problems[0].message).toContain("inner -> outer -> inner");
  for (const id of ["outer", "inner"]) await deploy(id, { mode: "off" });
});

test("a version runs in shadow, is compared, and is taken back; another is tried on some devices and promoted", async () => {
  await put(sound("beside"));
  await freeze("beside");
  await put({ ...sound("beside"), name: "Other" } as never, { "If-Match": "*" });
  await freeze("beside");
  await deploy("beside", { version: 1 });
  const besideOf = async () => (await api.ask("GET", "/api/flows/beside/candidate")).body;
  expect(await besideOf()).toEqual({ candidate: null, comparison: null });

  const shadow = await deploy("beside", { version: 2, mode: "shadow", matchWithinMs: 30_000 });
  expect(shadow.status).toBe(200);
  expect(shadow.body.flows).toContainEqual({ id: "beside", version: 1 });
  expect(await besideOf()).toMatchObject({
    candidate: { version: 2, mode: "shadow", withinMs: 30_000, devices: null },
    comparison: { counts: [], examples: [] },
  });
  expect(await deploy("beside", { version: 2, mode: "off" })).toMatchObject({ status: 200 });
  expect((await api.ask("GET", "/api/flows")).body.items).toContainEqual(
    expect.objectContaining({ id: "beside", live: 1, candidate: null }),
  );

  const devices = { when: { all: [{ fact: "area", operator: "equal", value: "north" }] } };
  await deploy("beside", { version: 2, devices, rollBack: { errors: 3 } });
  expect(await besideOf()).toMatchObject({
    candidate: { mode: "canary", devices, bounds: { errors: 3, withinMs: 600_000 } },
    comparison: null,
  });
  await deploy("beside", { version: 2 });
  const { items } = (await api.ask("GET", "/api/flows/beside/deployments")).body;
  expect(
    items.map(({ change, version }: { change: string; version: number }) => `${change} ${version}`),
  ).toEqual(["promoted 2", "canary 2", "abandoned 2", "shadow 2", "live 1"]);
  await deploy("beside", { mode: "off" });
});

test("a flow that only runs in shadow is switched off like any other", async () => {
  await put(sound("only-shadow"));
  await freeze("only-shadow");
  await deploy("only-shadow", { version: 1, mode: "shadow" });
  expect(await deploy("only-shadow", { mode: "off" })).toMatchObject({ status: 200 });
  expect(await deploy("only-shadow", { mode: "off" })).toMatchObject({ status: 409 });
});
