import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
beforeAll(async () => {
  api = await openApiOnDatabase();
});
afterAll(() => api.close());

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
const put = (flow: { id: string }, headers: Record<string, string> = {}) =>
  api.ask("PUT", `/api/flows/${flow.id}`, { body: flow, headers });
const freeze = (id: string, message = "") =>
  api.ask("POST", `/api/flows/${id}/versions`, { body: { message } });
const deploy = (id: string, body: unknown) => api.ask("POST", `/api/flows/${id}/deploy`, { body });

test("two versions are told apart in words, with what nodes go on remembering", async () => {
  const flow = sound("told-apart");
  await put(flow);
  await freeze("told-apart", "First");
  await deploy("told-apart", { version: 1 });
  const alert = { ...flow.nodes[1]!, config: { ...flow.nodes[1]!.config, severity: "minor", by: "road" } };
  await put({ ...flow, nodes: [flow.nodes[0]!, alert] } as never, { "If-Match": "*" });
  const diff = (query = "") => api.ask("GET", `/api/flows/told-apart/diff${query}`);
  expect((await diff()).body).toMatchObject({
    from: 1,
    to: null,
    same: false,
    lines: [
      {
        sign: "changed",
        node: "jam",
        details: ["Severity: major -> minor", "By: not set -> road", expect.stringContaining("starts anew")],
      },
    ],
    memory: [{ node: "jam", fate: "anew" }],
  });
  expect((await diff("?from=1&to=live")).body).toMatchObject({
    from: 1,
    to: 1,
    same: true,
    lines: [],
    memory: [],
  });
  expect((await diff("?to=7")).status).toBe(404);
  expect((await diff("?to=newest")).status).toBe(400);
  await deploy("told-apart", { mode: "off" });
  expect((await diff()).body).toMatchObject({ from: null, memory: [] });
});

test("a flow rolls back to the version before the one that runs, or to one that is named", async () => {
  await put(sound("rolled"));
  await freeze("rolled");
  for (const name of ["Two", "Three"]) {
    await put({ ...sound("rolled"), name } as never, { "If-Match": "*" });
    await freeze("rolled");
  }
  const rollBack = (body: unknown = {}) => api.ask("POST", "/api/flows/rolled/rollback", { body });
  expect(await rollBack()).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining("does not run") },
  });
  await deploy("rolled", { version: 3 });
  expect((await rollBack()).body.flows).toContainEqual({ id: "rolled", version: 2 });
  expect((await rollBack({ version: 3 })).body.flows).toContainEqual({ id: "rolled", version: 3 });
  await rollBack({ version: 1 });
  expect(await rollBack()).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining("no version") },
  });
  await deploy("rolled", { mode: "off" });
});
