import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
const at = Date.UTC(2026, 10, 3, 8);
const flow = {
  id: "tried",
  name: "Tried",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "jam",
      kind: "alert",
      config: {
        type: "Congestion",
        severity: "major",
        raise: { all: [{ fact: "speed", operator: "lessThan", value: 20 }] },
      },
    },
  ],
  edges: [{ from: "in", to: "jam" }],
};
const attempt = (body: unknown) => api.ask("POST", "/api/flows/tried/try", { body });

beforeAll(async () => {
  api = await openApiOnDatabase();
  await api.ask("PUT", "/api/flows/tried", { body: flow });
});
afterAll(() => api.close());

test("trying the draft shows each visit and the effects, and leaves nothing behind", async () => {
  const messages = [
    { at: new Date(at).toISOString(), values: { speed: 41 } },
    { at: at + 1000, device: { id: "d9", name: "loop 9" }, values: { speed: 12 } },
    { tick: new Date(at + 2000).toISOString() },
  ];
  const { status, body } = await attempt({ messages });
  expect([status, body.problems]).toEqual([200, []]);
  expect(body.steps.map(({ node }: { node: string }) => node)).toEqual(["in", "jam", "in", "jam"]);
  expect(body.steps[3]).toMatchObject({ in: { values: { speed: 12 } }, state: { after: { active: true } } });
  expect(body.effects).toMatchObject([
    {
      type: "raise",
      alarm: "Congestion",
      device: "d9",
      deviceName: "loop 9",
      at: at + 1000,
      details: { speed: 12 },
    },
  ]);
  expect((await api.ask("GET", "/api/alarms")).body.items).toEqual([]);
  expect((await api.ask("GET", "/api/dead-letters")).body.items).toEqual([]);
  expect(api.told).toEqual([]);
});

test("a flow that was never saved can be tried", async () => {
  const given = { ...flow, id: "unsaved" };
  const { body } = await attempt({ flow: given, messages: [{ ts: at, values: { speed: 1 } }] });
  expect(body.effects).toMatchObject([{ type: "raise", flow: "unsaved" }]);
});

test("a reading without any time comes now", async () => {
  const before = Date.now();
  const { body } = await attempt({ messages: [{ values: { speed: 1 } }] });
  expect(body.effects[0].at).toBeGreaterThanOrEqual(before);
});

test("a flow with problems is not tried; they are listed", async () => {
  const given = { ...flow, edges: [{ from: "in", to: "nowhere" }] };
  const { status, body } = await attempt({ flow: given, messages: [{ values: {} }] });
  expect([status, body.code]).toEqual([422, "invalid_flow"]);
  expect(body.problems.length).toBeGreaterThan(0);
});

test.each([
  ["no messages", { messages: [] }],
  ["nothing", {}],
  ["1,001 messages", { messages: Array.from({ length: 1001 }, () => ({ values: {} })) }],
  ["a message without values", { messages: [{ at }] }],
  ["a message that is also a tick", { messages: [{ values: {}, tick: at }] }],
  ["a tick at no time", { messages: [{ tick: "soon" }] }],
  ["values that are a list", { messages: [{ values: [] }] }],
  ["a type nobody knows", { messages: [{ type: "rpc", values: {} }] }],
  ["a device with a token", { messages: [{ device: { token: "x" }, values: {} }] }],
])("trying with %s is refused", async (_, body) => {
  expect(await attempt(body)).toMatchObject({ status: 400, body: { code: "invalid_body" } });
});

test("every kind of node is described, with the JSON Schema of its settings", async () => {
  const { body } = await api.ask("GET", "/api/node-kinds");
  expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual(nodeKinds.map(({ kind }) => kind));
  expect(body.items.length).toBeGreaterThanOrEqual(7);
  for (const { config, summary, help, icon, title, outputs } of body.items) {
    expect(config).toMatchObject({ type: "object", properties: expect.any(Object) });
    for (const text of [summary, help, icon, title]) expect(text).toMatch(/\w/);
    for (const output of outputs) expect(Object.keys(output)).toEqual(["name", "title"]);
  }
  expect(body.items.filter(({ source }: { source: boolean }) => source)).toMatchObject([{ kind: "input" }]);
});
