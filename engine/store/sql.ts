import pg from "pg";
import { MillraceError } from "../model/errors.ts";
import type { SqlClient, SqlPool } from "./pglite.ts";
import { dropIdleOnSilence, PostgresClient } from "./postgres-client.ts";

/** Between two statements of a transaction, before it is rolled back. */
const maxIdleMs = 4000;
/** Without a word from the other side, before it is asked whether it is there. */
const keepAliveMs = 5000;

/** For queries of series, which may read a year. */
export const longQueryMs = 30_000;

/**
 * PostgreSQL at `url` (`postgres://`), by at most `max` connections. Whoever opens it ends it. A query without an answer
 * within `queryTimeoutMs` rejects.
 */
export function openPostgres(
  url: string,
  { max = 10, searchPath = "", queryTimeoutMs = 10_000 } = {},
): SqlPool {
  const pool = new pg.Pool({
    Client: PostgresClient,
    connectionString: url,
    max,
    connectionTimeoutMillis: 5000,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    application_name: "millrace",
    onConnect: async (client) => {
      // One that breaks between two statements fails the next; without a listener it would end the process.
      client.on("error", () => {});
      // Compiling takes longer than any of these queries; a guess of their cost may still ask for it.
      // A process that stands still, or cannot be reached, must not keep its locks: another has its lanes by then.
      await client.query(`set jit = off; set idle_in_transaction_session_timeout = ${maxIdleMs}`);
      if (searchPath) await client.query(`set search_path to ${searchPath}`);
    },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  dropIdleOnSilence(pool);
  // Every queue and worker of every lane listens.
  pool.setMaxListeners(0);
  return pool as unknown as SqlPool;
}

/** Runs `work` in one transaction: commits when it resolves, rolls back when it rejects. */
export async function inTransaction<T>(pool: SqlPool, work: (client: SqlClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((lost: Error) => {
      broken = lost;
    });
    throw error;
  } finally {
    // A connection that cannot even roll back must not return to the pool.
    client.release(broken);
  }
}

/** What PostgreSQL says of an error, beside its message. */
export interface SqlError extends Error {
  /** SQLSTATE of five characters, or the code of a system error such as ECONNREFUSED. */
  code?: string;
  constraint?: string;
}

const sqlState = /^[0-9A-Z]{5}$/;
// 08 connection, 28 login, 3D no such database, 53 resources, 57 shutdown, 58 system, 25006 takes no writes,
// 25P03 stood still in a transaction; and EPIPE, which only looks like a SQLSTATE.
const away = /^(08|28|3D|53|57|58)|^25006$|^25P03$|^EPIPE$/;

/** Turns whatever a query rejected with into the MillraceError `unavailable` when the database did not answer. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof MillraceError || !(error instanceof Error)) return error;
  const { code, message } = error as SqlError;
  const lost =
    code === undefined
      ? /timeout|terminated|connection/i.test(message)
      : away.test(code) || !sqlState.test(code);
  if (!lost) return error;
  return new MillraceError(
    "unavailable",
    `The database cannot be used: ${message || code}. Check that it runs and MILLRACE_DATABASE_URL is right.`,
    undefined,
    { cause: error },
  );
}
