import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
beforeAll(async () => {
  api = await openApiOnDatabase();
});
afterAll(() => api?.close());

const flow = (id: string, limit: number): Flow => ({
  id,
  name: id,
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "hot",
      kind: "alert",
      config: {
        type: "Too warm",
        severity: "major",
        raise: { all: [{ fact: "temperature", operator: "greaterThan", value: limit }] },
        clear: { all: [{ fact: "temperature", operator: "lessThan", value: limit - 5 }] },
      },
    },
  ],
  edges: [{ from: "in", output: "out", to: "hot" }],
  layout: {},
});

const warm = {
  title: "nine degrees raise an alarm",
  given: [{ device: "cell-1", at: "2026-11-25T08:00:00.000Z", values: { temperature: 9 } }],
  expect: { alarms: [{ type: "Too warm", severity: "major" }], deadLetters: [] },
};

async function make(id: string, limit: number, cases: unknown[]) {
  const { headers } = await api.ask("PUT", `/api/flows/${id}`, { body: flow(id, limit) });
  await api.ask("PUT", `/api/flows/${id}/cases`, { body: cases, headers: { "If-Match": "*" } });
  await api.ask("POST", `/api/flows/${id}/versions`, { body: {} });
  return String(headers.etag);
}
const deploy = (id: string, body: object) => api.ask("POST", `/api/flows/${id}/deploy`, { body });

test("cases stand beside the draft, and are changed by whoever saw the newest", async () => {
  await api.ask("PUT", "/api/flows/beside", { body: flow("beside", 8) });
  const empty = await api.ask("GET", "/api/flows/beside/cases");
  expect([empty.status, empty.body]).toEqual([200, []]);
  const put = (etag: string | undefined) =>
    api.ask("PUT", "/api/flows/beside/cases", {
      body: [warm],
      headers: etag === undefined ? {} : { "If-Match": etag },
    });
  expect((await put(undefined)).status).toBe(428);
  const saved = await put(empty.headers.etag);
  expect(saved.status).toBe(200);
  expect((await put(empty.headers.etag)).status).toBe(412);
  const after = await api.ask("GET", "/api/flows/beside/cases");
  expect(after.body).toEqual([warm]);
  expect(after.headers.etag).toBe(saved.body.etag);
});

test("a case that is none is refused, and those of a flow that is not there are not found", async () => {
  await api.ask("PUT", "/api/flows/refused", { body: flow("refused", 8) });
  const bad = [{ title: "nothing given", given: [], expect: {} }];
  const headers = { "If-Match": "*" };
  expect((await api.ask("PUT", "/api/flows/refused/cases", { body: bad, headers })).status).toBe(400);
  expect((await api.ask("GET", "/api/flows/nobody/cases")).status).toBe(404);
  expect((await api.ask("PUT", "/api/flows/nobody/cases", { body: [warm], headers })).status).toBe(404);
});

test("a version whose cases pass is deployed", async () => {
  await make("passes", 8, [warm]);
  expect(await deploy("passes", { version: 1 })).toMatchObject({ status: 200 });
});

test("a version whose cases fail is refused with the failures, and runs with a reason, which is kept", async () => {
  await make("fails", 10, [warm]);
  const refused = await deploy("fails", { version: 1 });
  expect(refused).toMatchObject({ status: 422, body: { code: "cases_failed" } });
  expect(refused.body.detail).toMatch(/1 of 1 test cases fail, first "nine degrees raise an alarm"/);
  expect(refused.body.cases).toMatchObject([{ title: warm.title, path: ["in", "hot"] }]);
  expect((await deploy("fails", { version: 1, force: "  " })).status).toBe(400);
  expect((await deploy("fails", { version: 1, force: "The limit was raised on purpose" })).status).toBe(200);
  const summary = async () =>
    (await api.ask("GET", "/api/flows")).body.items.find(({ id }: { id: string }) => id === "fails");
  expect(await summary()).toMatchObject({ live: 1, forced: "The limit was raised on purpose" });
});

test("a version keeps the cases that it was frozen with, and takes newer ones when it is frozen again unchanged", async () => {
  await make("frozen", 10, []);
  const headers = { "If-Match": "*" };
  await api.ask("PUT", "/api/flows/frozen/cases", { body: [warm], headers });
  expect((await deploy("frozen", { version: 1 })).status).toBe(200);
  const again = await api.ask("POST", "/api/flows/frozen/versions", { body: {} });
  expect(again.body.version).toBe(1);
  expect((await deploy("frozen", { version: 1 })).status).toBe(422);
});
