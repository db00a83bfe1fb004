import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
beforeAll(async () => {
  api = await openApiOnDatabase();
});
afterAll(() => api.close());

const put = (name: string, body: unknown, headers?: Record<string, string>) =>
  api.ask("PUT", `/api/tables/${name}`, { body, ...(headers && { headers }) });

const goods = {
  key: "sort",
  columns: [
    { name: "sort", type: "text" },
    { name: "warmest", type: "number" },
  ],
  rows: [["fish", -18]],
};
const flow = (lookup: unknown) => ({
  id: "cold",
  name: "Cold",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "more", kind: "enrich", config: { lookup: [lookup] } },
    { id: "keep", kind: "save", config: { measurement: "goods" } },
  ],
  edges: [
    { from: "in", to: "more" },
    { from: "more", output: "out", to: "keep" },
  ],
});

test("a table is put, listed, replaced by its ETag, and deleted", async () => {
  const made = await put("goods", goods);
  expect(made).toMatchObject({ status: 201, body: { name: "goods", version: 1, rowCount: 1, usedBy: [] } });
  expect(made.headers.etag).toBe('"1"');
  expect(await put("goods", goods)).toMatchObject({ status: 409 });
  expect(await put("goods", goods, { "If-Match": '"1"' })).toMatchObject({ status: 200 });
  expect(await put("goods", goods, { "If-Match": '"1"' })).toMatchObject({ status: 412 });
  const shown = await api.ask("GET", "/api/tables/goods");
  expect(shown).toMatchObject({ body: { version: 2, rows: goods.rows } });
  const { body } = await api.ask("GET", "/api/tables");
  expect(body.items).toMatchObject([{ name: "goods", version: 2 }]);
  expect(await api.ask("DELETE", "/api/tables/goods")).toMatchObject({ status: 204 });
  for (const method of ["GET", "DELETE"])
    expect(await api.ask(method, "/api/tables/goods")).toMatchObject({ status: 404 });
});

test.each<[what: string, change: object, detail: RegExp]>([
  [
    "a key twice",
    {
      rows: [
        ["fish", 1],
        ["fish", 2],
      ],
    },
    /repeats "fish", the key of row 1/,
  ],
  ["an empty key", { rows: [[null, 1]] }, /is empty; every row needs its "sort"/],
  ["a value of another type", { rows: [["fish", "cold"]] }, /"warmest" is a column of number/],
  ["a row that is short", { rows: [["fish"]] }, /has 1 values, for 2 columns/],
  ["a key that is no column", { key: "kind" }, /must be one of the columns: sort, warmest/],
  ["a column twice", { columns: [goods.columns[0], goods.columns[0]] }, /"sort" is there twice/],
  [
    "too many rows",
    { rows: Array.from({ length: 10_001 }, (_, at) => [`${at}`, at]) },
    /at most 10,000 rows/,
  ],
  [
    "too many bytes",
    { rows: Array.from({ length: 1100 }, (_, at) => [`${at}`.padEnd(1000), at]) },
    /1\.1 MB, of at most 1\.0 MB/,
  ],
])("%s is refused with the place", async (_, change, detail) => {
  const refused = await put("wrong", { ...goods, ...change });
  expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringMatching(detail) } });
});

test("a flow that names a table or column that is not there is told the nearest", async () => {
  await put("goods", goods);
  const problemsOf = async (lookup: unknown) =>
    (await api.ask("PUT", "/api/flows/cold", { body: flow(lookup), headers: { "If-Match": "*" } })).body
      .problems;
  await api.ask("PUT", "/api/flows/cold", { body: flow({}) });
  expect(await problemsOf({ table: "good", by: "sort", column: "warmest" })).toMatchObject([
    {
      code: "unknown_table",
      node: "more",
      path: "lookup[0].table",
      message: expect.stringContaining('"goods"?'),
    },
  ]);
  expect(await problemsOf({ table: "goods", by: "sort", column: "warmist" })).toMatchObject([
    { code: "unknown_column", path: "lookup[0].column", message: expect.stringContaining('"warmest"?') },
  ]);
  expect(await problemsOf({ table: "goods", by: "sort", column: "warmest" })).toEqual([]);
});

test("a trial looks things up in the table as it is", async () => {
  const messages = [{ values: { sort: "fish" } }];
  const body = { flow: flow({ table: "goods", by: "sort", column: "warmest" }), messages };
  const tried = await api.ask("POST", "/api/flows/cold/try", { body });
  expect(tried.body.effects).toMatchObject([{ type: "point", fields: { sort: "fish", warmest: -18 } }]);
});
