import { afterAll, beforeAll, expect, test } from "vitest";
import { openPglite, type Pglite } from "../../engine/store/pglite.ts";

// What the embedded database owes to those who use it as they would use `pg`.
let db: Pglite;
beforeAll(async () => {
  db = await openPglite({ dataDir: "memory://" });
  await db.query(
    "CREATE TABLE kept (id int PRIMARY KEY, name text, at timestamptz, tags text[], more jsonb)",
  );
});
afterAll(() => db.end());

test("values come back as they were given", async () => {
  const at = new Date("2026-01-02T03:04:05.678Z");
  const values = [1, "näme", at, ["a", 'b"'], { deep: [1, null] }];
  const put = await db.query("INSERT INTO kept VALUES ($1, $2, $3, $4, $5)", values);
  expect(put).toMatchObject({ rows: [], rowCount: 1 });
  const got = await db.query("SELECT * FROM kept WHERE id = $1", [1]);
  expect(got.rows).toEqual([{ id: 1, name: "näme", at, tags: ["a", 'b"'], more: { deep: [1, null] } }]);
  const none = await db.query("SELECT $1::text AS nothing", [null]);
  expect(none.rows).toEqual([{ nothing: null }]);
  const cells = await db.query({
    text: "SELECT id, name FROM kept WHERE id = $1",
    values: [1],
    rowMode: "array",
  });
  expect(cells.rows).toEqual([[1, "näme"]]);
});

test("values of any length come back as they were given, whatever they hold", async () => {
  for (const times of [0, 1, 36, 37, 15_000]) {
    const text = 'ä😀\n"\\\t'.repeat(times);
    const more = { [text]: [text, 1.5, null] };
    const asked = "SELECT $1::text AS text, $2::json AS json, $3::jsonb AS jsonb, $4::text[] AS list";
    const { rows } = await db.query(asked, [text, more, more, [text, "b"]]);
    expect(rows).toEqual([{ text, json: more, jsonb: more, list: [text, "b"] }]);
  }
  const broken = db.query("SELECT $1::jsonb", [`{"a": ${"1".repeat(400)}`]);
  await expect(broken).rejects.toMatchObject({ code: "22P02" });
});

test("a statement that fails says why, and does not harm the next, nor itself", async () => {
  const put = "INSERT INTO kept (id, name) VALUES ($1, $2)";
  await db.query(put, [2, "two"]);
  await expect(db.query(put, [2, "again"])).rejects.toMatchObject({ code: "23505", constraint: "kept_pkey" });
  await expect(db.query("SELECT * FROM missing WHERE id = $1", [1])).rejects.toMatchObject({ code: "42P01" });
  await db.query(put, [3, "three"]);
  expect((await db.query("SELECT name FROM kept WHERE id = $1", [3])).rows).toEqual([{ name: "three" }]);
});

test("a statement first seen in a transaction that is rolled back works afterwards", async () => {
  const client = await db.connect();
  const rename = "UPDATE kept SET name = $1 WHERE id = $2";
  await client.query("BEGIN");
  await client.query(rename, ["lost", 3]);
  await client.query("ROLLBACK");
  client.release();
  expect((await db.query(rename, ["kept", 3])).rowCount).toBe(1);
  expect((await db.query("SELECT name FROM kept WHERE id = $1", [3])).rows).toEqual([{ name: "kept" }]);
});

test("a statement gives the columns that its table has now", async () => {
  const all = "SELECT * FROM kept WHERE id = $1";
  expect(Object.keys((await db.query(all, [3])).rows[0]!)).toHaveLength(5);
  await db.query("ALTER TABLE kept ADD COLUMN late int NOT NULL DEFAULT 7");
  expect((await db.query(all, [3])).rows[0]).toMatchObject({ id: 3, late: 7 });
});

test("hundreds of different statements are served, and the first one still", async () => {
  for (let i = 0; i < 700; i++)
    expect((await db.query(`SELECT $1::int + ${i} AS sum`, [1])).rows).toEqual([{ sum: i + 1 }]);
  const { rows } = await db.query("SELECT count(*)::int AS kept FROM pg_prepared_statements WHERE $1", [
    true,
  ]);
  expect(rows[0]!.kept).toBeLessThan(400);
  expect((await db.query("SELECT $1::int + 0 AS sum", [5])).rows).toEqual([{ sum: 5 }]);
});
