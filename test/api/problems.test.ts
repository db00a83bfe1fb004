import { afterAll, beforeAll, expect, test } from "vitest";
import { errorCatalogue } from "../../engine/model/errors.ts";
import { type Api, openApi, type Sent } from "./open-api.ts";

let api: Api;
beforeAll(async () => {
  api = await openApi({
    metrics: async () => {
      throw new Error("secret inside");
    },
  });
});
afterAll(() => api.close());

const json = { "Content-Type": "application/json" };
const ndjson = { "Content-Type": "application/x-ndjson" };
const flow = { id: "a", name: "A", schema: 1, nodes: [], edges: [] };

interface Case {
  title: string;
  ask: [method: string, path: string, sent?: Sent];
  expect: { status: number; code: string; detail: string };
}
const cases: Case[] = [
  {
    title: "broken JSON is told by line and column",
    ask: ["POST", "/api/devices", { body: '{\n  "name": "a",\n  oops\n}' }],
    expect: { status: 400, code: "bad_request", detail: "line 3, column 3" },
  },
  {
    title: "JSON that ends too early is told so",
    ask: ["POST", "/api/devices", { body: '{"name": "a"' }],
    expect: { status: 400, code: "bad_request", detail: "not valid JSON" },
  },
  {
    title: "a missing body is told so",
    ask: ["POST", "/api/devices"],
    expect: { status: 400, code: "bad_request", detail: "A body is needed" },
  },
  {
    title: "an empty body is told so",
    ask: ["POST", "/api/devices", { body: "", headers: json }],
    expect: { status: 400, code: "bad_request", detail: "A body is needed" },
  },
  {
    title: "bytes that are no UTF-8 are refused",
    ask: ["POST", "/api/devices", { body: Buffer.from([0x22, 0xff, 0x22]), headers: json }],
    expect: { status: 400, code: "bad_request", detail: "UTF-8" },
  },
  {
    title: "a compressed body is refused",
    ask: ["POST", "/api/devices", { body: "{}", headers: { ...json, "Content-Encoding": "gzip" } }],
    expect: { status: 415, code: "unsupported_media_type", detail: "Compressed" },
  },
  {
    title: "a body above 1 MB is refused",
    ask: ["POST", "/api/devices", { body: { name: "x".repeat(1_048_577) } }],
    expect: { status: 413, code: "too_large", detail: "1048576 bytes" },
  },
  {
    title: "a flow above 5 MB is refused",
    ask: ["PUT", "/api/flows/a", { body: { ...flow, description: "x".repeat(5_242_880) } }],
    expect: { status: 413, code: "too_large", detail: "5242880 bytes" },
  },
  {
    title: "a body that is no object is refused",
    ask: ["POST", "/api/devices", { body: [] }],
    expect: { status: 400, code: "invalid_body", detail: "expected object" },
  },
  {
    title: "a literal null as body is refused",
    ask: ["POST", "/api/devices", { body: "null" }],
    expect: { status: 400, code: "invalid_body", detail: "expected object" },
  },
  {
    title: "a setting nobody knows is named",
    ask: ["POST", "/api/devices", { body: { name: "a", colour: "red" } }],
    expect: { status: 400, code: "invalid_body", detail: "colour" },
  },
  {
    title: "a setting of another type is named",
    ask: ["POST", "/api/devices", { body: { name: 7 } }],
    expect: { status: 400, code: "invalid_body", detail: "name: " },
  },
  {
    title: "deep nesting is refused before anything recurses into it",
    ask: [
      "POST",
      "/api/devices",
      { body: `{"name":"a","attributes":{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}}` },
    ],
    expect: { status: 400, code: "bad_request", detail: "64 levels" },
  },
  {
    title: "a NUL character in a text is refused, as no database takes it",
    ask: ["POST", "/api/devices", { body: { name: "a", attributes: { note: "a\u0000b" } } }],
    expect: { status: 400, code: "bad_request", detail: "U+0000" },
  },
  {
    title: "a NUL character in a name of a value is refused",
    ask: ["POST", "/api/devices", { body: { name: "a", attributes: { "a\u0000b": 1 } } }],
    expect: { status: 400, code: "bad_request", detail: "U+0000" },
  },
  {
    title: "half of a surrogate pair is refused",
    ask: ["POST", "/api/devices", { body: '{"name":"a","attributes":{"note":"\\ud800"}}' }],
    expect: { status: 400, code: "bad_request", detail: "surrogate" },
  },
  {
    title: "a NUL character in the query is refused",
    ask: ["GET", "/api/devices?search=%00"],
    expect: { status: 400, code: "bad_request", detail: "The query holds U+0000" },
  },
  {
    title: "a NUL character in the path is refused",
    ask: ["GET", "/api/devices/a%00b"],
    expect: { status: 400, code: "bad_request", detail: "The path holds U+0000" },
  },
  {
    title: "a path that is not well encoded is refused",
    ask: ["GET", "/api/devices/%zz"],
    expect: { status: 400, code: "bad_request", detail: "path" },
  },
  {
    title: "a misspelt parameter is named",
    ask: ["GET", "/api/alarms?stauts=active"],
    expect: { status: 400, code: "bad_request", detail: "stauts" },
  },
  {
    title: "a parameter given twice is refused",
    ask: ["GET", "/api/alarms?device=a&device=b"],
    expect: { status: 400, code: "bad_request", detail: "device" },
  },
  {
    title: "a parameter outside its list is told what the list holds",
    ask: ["GET", "/api/alarms?severity=bad"],
    expect: { status: 400, code: "bad_request", detail: "critical" },
  },
  ...["0", "501", "-1", "1.5", "many", ""].map((limit) => ({
    title: `a page of '${limit}' items is refused`,
    ask: ["GET", `/api/devices?limit=${limit}`] as [string, string],
    expect: { status: 400, code: "bad_request", detail: "limit" },
  })),
  {
    title: "a command's id that is no number is refused",
    ask: ["GET", "/api/commands/first"],
    expect: { status: 400, code: "bad_request", detail: "id" },
  },
  {
    title: "a name with a control character is refused",
    ask: ["POST", "/api/devices", { body: { name: "a\tb" } }],
    expect: { status: 400, code: "invalid_body", detail: "control characters" },
  },
  {
    title: "an import that is not NDJSON is refused",
    ask: ["POST", "/api/devices/bulk", { body: "{}", headers: json }],
    expect: { status: 415, code: "unsupported_media_type", detail: "application/x-ndjson" },
  },
  {
    title: "an import of 50,001 lines is refused",
    ask: ["POST", "/api/devices/bulk", { body: "{}\n".repeat(50_001), headers: ndjson }],
    expect: { status: 413, code: "too_large", detail: "50000" },
  },
  {
    title: "an address nobody knows is not found",
    ask: ["GET", "/api/nothing"],
    expect: { status: 404, code: "not_found", detail: "/api/nothing" },
  },
  {
    title: "a method nobody knows at an address is not allowed",
    ask: ["DELETE", "/api/devices"],
    expect: { status: 405, code: "method_not_allowed", detail: "DELETE is not done here" },
  },
  {
    title: "a part that is away is 503",
    ask: ["GET", "/api/devices"],
    expect: { status: 503, code: "unavailable", detail: "The part is away" },
  },
  {
    title: "a fault inside says nothing of the inside",
    ask: ["GET", "/metrics"],
    expect: { status: 500, code: "internal", detail: "fault of the server" },
  },
];

test.each(cases)("$title", async ({ ask, expect: { status, code, detail } }) => {
  const reply = await api.ask(...ask);
  expect(reply.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(reply.body).toMatchObject({
    type: `/api/docs#${code}`,
    status,
    code,
    title: errorCatalogue[code as keyof typeof errorCatalogue].title,
    detail: expect.stringContaining(detail),
  });
  expect(reply.status).toBe(status);
});

test("every fault of a body is listed with its path", async () => {
  const { body } = await api.ask("POST", "/api/devices", { body: { name: "", token: "short", shared: 1 } });
  expect(body.problems.map(({ path }: { path: string }) => path)).toEqual(["name", "token", "shared"]);
});

test("405 tells what is allowed, and so does OPTIONS", async () => {
  const allow = "GET, POST, HEAD, OPTIONS";
  expect((await api.ask("DELETE", "/api/devices")).headers.allow).toBe(allow);
  expect((await api.ask("OPTIONS", "/api/devices")).headers.allow).toBe(allow);
});

test("503 tells when to come again", async () => {
  expect((await api.ask("GET", "/api/devices")).headers["retry-after"]).toBe("5");
});

test("a fault inside is logged in full, under the id that the answer gave", async () => {
  const { body } = await api.ask("GET", "/metrics");
  expect(JSON.stringify(body)).not.toContain("secret");
  const [level, , fields] = api.logged.find(
    ([, , logged]) => (logged as { instance: string }).instance === body.instance,
  )!;
  expect(level).toBe("error");
  expect(fields).toMatchObject({
    path: "/metrics",
    err: expect.objectContaining({ message: "secret inside" }),
  });
});

test("keys that reach for a prototype are harmless", async () => {
  const body = '{"name":"a","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  expect(await api.ask("POST", "/api/devices", { body })).toMatchObject({
    status: 400,
    body: { code: "invalid_body" },
  });
  const query = "/api/devices?__proto__[polluted]=1&constructor[prototype][polluted]=1";
  expect(await api.ask("GET", query)).toMatchObject({ status: 400 });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
