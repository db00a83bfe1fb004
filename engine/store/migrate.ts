import type { SqlPool } from "./pglite.ts";
import { inTransaction } from "./sql.ts";

/** Any fixed number that nothing else in the database locks. */
const lock = 6_455_172_263;

/**
 * Brings one part's tables in the schema `millrace` up to date: runs the statements that were not run before, in
 * order, all or none. Several processes may start at once. Only ever append to `steps`.
 */
export async function migrate(pool: SqlPool, part: string, steps: readonly string[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock($1::bigint)", [String(lock)]);
    await client.query("create schema if not exists millrace");
    await client.query(`create table if not exists millrace.migrations (
      part text, step int, at timestamptz not null default now(), primary key (part, step))`);
    const { rows } = await client.query("select step from millrace.migrations where part = $1", [part]);
    const done = new Set(rows.map((row) => row.step));
    for (const [index, statements] of steps.entries()) {
      if (done.has(index + 1)) continue;
      await client.query(statements);
      await client.query("insert into millrace.migrations (part, step) values ($1, $2)", [part, index + 1]);
    }
  });
}
