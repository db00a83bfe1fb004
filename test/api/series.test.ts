import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeRows } from "../../engine/model/point-rows.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
const start = Date.UTC(2026, 10, 3, 8);
const read = (query: string) => api.ask("GET", `/api/series?device=d1&key=speed&${query}`);
const iso = (ms: number) => new Date(ms).toISOString();

beforeAll(async () => {
  api = await openApiOnDatabase();
  const points = [10, 20, 30, 40].map((speed, at) => ({
    measurement: "traffic",
    tags: { device: "d1" },
    fields: { speed },
    ts: start + at * 30_000,
  }));
  const now = {
    measurement: "traffic",
    tags: { device: "d1" },
    fields: { speed: 7 },
    ts: Date.now() - 60_000,
  };
  await api.series.write([encodeRows([...points, now])]);
});
afterAll(() => api.close());

const range = `from=${iso(start)}&to=${iso(start + 120_000)}`;

test("raw points come oldest first; `to` is not included", async () => {
  const { status, body } = await read(`from=${iso(start)}&to=${iso(start + 90_000)}`);
  expect([status, body.everyMs, body.truncated]).toEqual([200, null, false]);
  expect(body.items).toEqual([10, 20, 30].map((value, at) => ({ ts: iso(start + at * 30_000), value })));
});

test.each([
  ["", [15, 35]],
  ["&fn=max", [20, 40]],
  ["&fn=count", [2, 2]],
  ["&fn=first", [10, 30]],
])("minutes with '%s' tell %o", async (fn, values) => {
  const { body } = await read(`${range}&every=1m${fn}`);
  expect(body.everyMs).toBe(60_000);
  expect(body.items).toEqual(values.map((value, at) => ({ ts: iso(start + at * 60_000), value })));
});

test.each([
  ["RFC 3339 in another zone", "from=2026-11-03T09:00:00%2B01:00&to=2026-11-03T09:02:00%2B01:00"],
  ["RFC 3339 whose plus sign became a space", "from=2026-11-03T09:00:00+01:00&to=2026-11-03T09:02:00+01:00"],
  ["milliseconds", `from=${start}&to=${start + 120_000}`],
])("a time may be %s", async (_, query) => {
  const { body } = await read(query);
  expect([body.from, body.to]).toEqual([iso(start), iso(start + 120_000)]);
  expect(body.items).toHaveLength(4);
});

test("without times it is the last hour", async () => {
  const { body } = await read("");
  expect(Date.parse(body.to) - Date.parse(body.from)).toBe(3_600_000);
  expect(body.items).toMatchObject([{ value: 7 }]);
});

test("more than the limit is told as such", async () => {
  const { body } = await read(`${range}&limit=3`);
  expect([body.items.length, body.truncated]).toEqual([3, true]);
});

test("a key or device without points has none", async () => {
  expect((await api.ask("GET", `/api/series?device=d2&key=speed&${range}`)).body.items).toEqual([]);
  expect((await read(`${range}&measurement=other`)).body.items).toEqual([]);
});

test.each([
  ["from=yesterday", "from"],
  ["from=2026-11-03", "from"],
  ["from=2026-02-30T00:00:00Z", "from"],
  ["from=99999999999999999999", "from"],
  ["from=1.5", "from"],
  ["to=", "to"],
  ["from=2000&to=1000", "no time at all"],
  ["from=1000&to=1000", "no time at all"],
  ["every=1", "every"],
  ["every=0s", "every"],
  ["every=-1m", "every"],
  ["every=1w", "every"],
  ["from=0&every=1ms", "50000 buckets"],
  ["fn=median", "fn"],
  ["limit=50001", "limit"],
  ["key=other", "key"],
])("the query %s is refused, naming what is wrong", async (query, detail) => {
  expect(await read(query)).toMatchObject({
    status: 400,
    body: { code: "bad_request", detail: expect.stringContaining(detail) },
  });
});

test("device and key are needed", async () => {
  expect(await api.ask("GET", "/api/series")).toMatchObject({
    status: 400,
    body: { problems: [{ path: "device" }, { path: "key" }] },
  });
});
