import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { DeadLetterEffect } from "../../engine/model/effect.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
beforeAll(async () => {
  api = await openApiOnDatabase();
});
afterAll(() => api?.close());
beforeEach(() => {
  api.told.length = 0;
});

let made = 0;
const base64 = (text: string) => Buffer.from(text).toString("base64");

async function add(change: Partial<DeadLetterEffect> = {}): Promise<string> {
  const id = `0:${++made}:0`;
  const letter: DeadLetterEffect = {
    type: "dead-letter",
    id,
    device: "a",
    at: 1000,
    reason: "invalid_json",
    message: "The payload is not JSON.",
    upload: "telemetry",
    raw: base64('{"speed":41,}'),
    ...change,
  };
  await api.registry.apply([letter]);
  return id;
}

test("a mended letter is replayed, and asking again changes nothing", async () => {
  const id = await add();
  const edited = await api.ask("PATCH", `/api/dead-letters/${id}`, { body: { payload: '{"speed":41}' } });
  expect(edited.body).toMatchObject({ state: "open", payload: '{"speed":41}', raw: base64('{"speed":41,}') });
  for (let again = 0; again < 2; again++) {
    const { status, body } = await api.ask("POST", `/api/dead-letters/${id}/replay`);
    expect([status, body.state]).toEqual([202, "replaying"]);
  }
  expect(api.told).toEqual([["replaysAsked"]]);
  expect((await api.registry.pendingReplays(0, 1000)).filter((one) => one.id === id)).toHaveLength(1);
});

test("a letter that would fail again for certain is not replayed, with the reason", async () => {
  const cases: [Partial<DeadLetterEffect>, RegExp][] = [
    [{}, /fail again: The payload is not JSON/],
    [{ raw: Buffer.from([0xff, 0xfe]).toString("base64") }, /not UTF-8/],
    [{ upload: undefined }, /did not come as readings/],
    [{ reason: "point_refused", device: "" }, /only be discarded/],
    [{ reason: "not_behind_gateway", raw: base64("{}") }, /only be discarded/],
  ];
  for (const [change, sentence] of cases) {
    const id = await add(change);
    const { status, body } = await api.ask("POST", `/api/dead-letters/${id}/replay`);
    expect([status, body.code]).toEqual([409, "conflict"]);
    expect(body.detail).toMatch(sentence);
  }
});

test("an edit must be what a device could send", async () => {
  const id = await add();
  const bad = ["{", "[1]", '"text"', '{"ts":"now","values":{}}', '{"__proto__":1}'];
  for (const payload of bad) {
    const { status, body } = await api.ask("PATCH", `/api/dead-letters/${id}`, { body: { payload } });
    expect([payload, status, body.code]).toEqual([payload, 400, "invalid_body"]);
  }
  const attributes = { payload: '{"firmware":"2"}', type: "attributes" };
  expect((await api.ask("PATCH", `/api/dead-letters/${id}`, { body: attributes })).body.type).toBe(
    "attributes",
  );
});

test("one on its way cannot be edited", async () => {
  const id = await add({ raw: base64("{}") });
  await api.ask("POST", `/api/dead-letters/${id}/replay`);
  const { status } = await api.ask("PATCH", `/api/dead-letters/${id}`, { body: { payload: "{}" } });
  expect(status).toBe(409);
});

test("a filter moves all that are open and fit, oldest first, and counts what it refuses", async () => {
  const device = "bulk";
  const ids: string[] = [];
  for (let n = 0; n < 450; n++) ids.push(await add({ device, raw: base64(n === 7 ? "{" : `{"n":${n}}`) }));
  const { status, body } = await api.ask("POST", "/api/dead-letters/replay", {
    body: { filter: { device } },
  });
  expect(status).toBe(202);
  expect(body).toMatchObject({ count: 449, refusedCount: 1, refused: [{ id: ids[7] }], more: false });
  const pending = (await api.registry.pendingReplays(0, 1000)).filter((one) => one.device === device);
  expect(pending.map(({ id }) => id)).toEqual(ids.filter((_, n) => n !== 7));
  const discarded = await api.ask("POST", "/api/dead-letters/discard", { body: { filter: { device } } });
  expect(discarded.body.count).toBe(1);
});

test("a selection is by ids or by a filter, not both and not neither", async () => {
  for (const body of [{}, { ids: ["a"], filter: {} }, { ids: [] }])
    expect((await api.ask("POST", "/api/dead-letters/discard", { body })).status).toBe(400);
});

test("open letters are counted by flow and node", async () => {
  for (let n = 0; n < 3; n++) await add({ reason: "node_failed", flow: "counted", node: "jam", version: 1 });
  const { body } = await api.ask("GET", "/api/dead-letters/counts");
  expect(body.items).toContainEqual({ flow: "counted", node: "jam", reason: "node_failed", count: 3 });
});

test("lists are filtered by state and node, without the bytes where asked", async () => {
  const id = await add({ flow: "listed", node: "jam", device: "listed" });
  const list = async (query: string) =>
    (await api.ask("GET", `/api/dead-letters?device=listed&${query}`)).body.items;
  expect(await list("state=open&node=jam&flow=listed")).toMatchObject([{ id, raw: expect.any(String) }]);
  expect(await list("state=replayed")).toEqual([]);
  expect((await list("brief=true"))[0]).not.toHaveProperty("raw");
});

test("one that is not there is not found, whatever is asked", async () => {
  const asked = [
    ["GET", ""],
    ["PATCH", ""],
    ["POST", "/replay"],
    ["POST", "/discard"],
  ];
  for (const [method, end] of asked) {
    const body = method === "PATCH" ? { payload: "{}" } : undefined;
    expect((await api.ask(method!, `/api/dead-letters/nowhere${end}`, { body })).status).toBe(404);
  }
});

test("a chosen version is kept with the replay; what cannot go on in it is refused with the reason", async () => {
  const nodes: Flow["nodes"] = [
    { id: "in", kind: "input", config: {} },
    { id: "keep", kind: "save", config: { measurement: "m" } },
  ];
  const edges = [{ from: "in", output: "out", to: "keep" }];
  const draft = { id: "chosen", name: "Chosen", schema: 1 as const, nodes, edges, layout: {} };
  await api.registry.putDraft(draft, undefined);
  await api.registry.createVersion("chosen", "first");
  // As a draft is that somebody saves unfinished just before it is frozen.
  const { etag } = (await api.registry.draft("chosen"))!;
  await api.registry.putDraft({ ...draft, nodes: [nodes[0]!, { ...nodes[1]!, config: {} }] }, etag);
  await api.registry.createVersion("chosen", "second");
  const failed = { reason: "node_failed", flow: "chosen", version: 1, payload: '{"n":1}' };
  const id = await add({ ...failed, node: "keep" });
  const gone = await add({ ...failed, node: "gone" });
  const other = await add({ ...failed, flow: "other", node: "keep" });
  const unseen = await add({ raw: base64('{"n":1}') });
  const single = (one: string, version: string) =>
    api.ask("POST", `/api/dead-letters/${one}/replay?version=${version}`);
  const cases: [string, string, number, RegExp][] = [
    [id, "7", 404, /no version 7/],
    [id, "zero", 400, /version/],
    [gone, "1", 409, /no node "gone"/],
    [
      id,
      "2",
      409,
      /^Version 2 of flow "chosen" cannot run: Node "keep": "measurement" is missing; give text\. /,
    ],
    [unseen, "1", 409, /No flow has seen it/],
  ];
  for (const [one, version, expected, sentence] of cases) {
    const { status, body } = await single(one, version);
    expect([status, body.detail]).toEqual([expected, expect.stringMatching(sentence)]);
  }
  const ids = [id, gone, other, unseen];
  const bulk = (body: object) => api.ask("POST", "/api/dead-letters/replay", { body });
  expect((await bulk({ ids, version: 1 })).status).toBe(400);
  expect((await bulk({ ids, version: 1, flow: "chosen" })).body).toMatchObject({ count: 1, refusedCount: 3 });
  expect((await api.ask("GET", `/api/dead-letters/${id}`)).body).toMatchObject({
    state: "replaying",
    replayVersion: 1,
  });
});
