import { MillraceError } from "../../model/errors.ts";
import { findRefused, pointsRefused } from "../../model/refused-points.ts";
import type { Series } from "../../model/series.ts";
import { migrate } from "../migrate.ts";
import type { SqlPool } from "../pglite.ts";
import { asUnavailable, type SqlError } from "../sql.ts";
import { latest, samples } from "./read-table.ts";
import { insertMerging, insertOnce, migrations, useTimescale } from "./table-sql.ts";

/**
 * Characters up to which batches are joined into one statement. No batch holds a key twice but two may, the more likely the
 * larger they are, and then it has to be written by the slow way.
 */
const maxJoined = 64_000;

/** Points as rows of the table `millrace.points`. The pool stays with whoever opened it. */
export async function openTableSeries(pool: SqlPool): Promise<Series> {
  await answering(migrate(pool, "series", migrations));
  await answering(pool.query(useTimescale));
  return {
    format: "rows",
    write: (batches) => answering(writeAll(pool, batches)),
    query: (query) => answering(samples(pool, query)),
    latest: (device) => answering(latest(pool, device)),
    check: async () => {
      await answering(pool.query("select 1 from millrace.points limit 1"));
    },
    // The pool is shared with the registry; its opener ends it.
    close: async () => {},
  };
}

async function answering<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asUnavailable(error);
  }
}

async function writeAll(pool: SqlPool, batches: readonly string[]) {
  let joined = "";
  for (const batch of batches) {
    const rows = batch.slice(1, -1);
    if (rows === "") continue;
    if (joined.length + rows.length > maxJoined && joined) {
      await writeRows(pool, joined);
      joined = "";
    }
    joined += joined ? `,${rows}` : rows;
  }
  if (joined) await writeRows(pool, joined);
}

/** `rows`: row arrays joined by commas. */
async function writeRows(pool: SqlPool, rows: string) {
  const refusal = await refusalOf(pool, rows);
  if (refusal === undefined) return;
  const texts = (JSON.parse(`[${rows}]`) as unknown[]).map((row) => JSON.stringify(row));
  const refused = await findRefused(texts, refusal, (part) => refusalOf(pool, part.join(",")));
  throw pointsRefused(refused.map(({ points, message }) => ({ points: `[${points.join(",")}]`, message })));
}

/** Resolves to the database's sentence when it will never take these rows; to undefined when they are written. */
async function refusalOf(pool: SqlPool, rows: string): Promise<string | undefined> {
  try {
    await insert(pool, `[${rows}]`);
    return undefined;
  } catch (error) {
    const { code = "", message } = error as SqlError;
    // 22 bad data, 23 a missing value, 54 a key too long for the index: the same rows fail for ever.
    if (!(error instanceof MillraceError) && /^(22|23|54)...$/.test(code)) return message;
    throw error;
  }
}

async function insert(pool: SqlPool, rows: string) {
  try {
    await pool.query(insertOnce, [rows]);
  } catch (error) {
    // 21000: one statement holds a key twice. Rare, so only then is the slower statement used.
    if ((error as SqlError).code !== "21000") throw error;
    await pool.query(insertMerging, [rows]);
  }
}
