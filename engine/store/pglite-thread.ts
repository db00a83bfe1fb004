import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";

/** Asked by the pool: `session` groups the queries of one transaction. */
export interface Ask {
  id: number;
  session: number;
  sql: string;
  params?: unknown[];
  rowMode?: "array";
}
export type Told =
  | { type: "ready" }
  | { type: "broken"; message: string }
  | {
      type: "answer";
      id: number;
      rows: unknown[];
      count: number;
      fields: { name: string; dataTypeID: number }[];
    }
  | { type: "error"; id: number; error: Record<string, unknown> }
  | { type: "notify"; channel: string; payload: string }
  | { type: "closed" };

const port = parentPort!;
const tell = (told: Told) => port.postMessage(told);

const begins = /^\s*(begin|start transaction)\b/i;
const ends = /^\s*(commit|rollback(?!\s+to)|end)\b/i;
const listens = /^(?:\s|--[^\n]*\n)*listen\s+"?([A-Za-z_][\w]*)"?/i;

// Of PostgreSQL's 128 MB most would stay empty; the log is checkpointed long before a gigabyte.
const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=32MB", "-c", "max_wal_size=256MB"];

const waiting: Ask[] = [];
const heard = new Set<string>();
/** The session whose transaction is open: PGlite is one connection, so the others wait. */
let inTransaction: number | undefined;
let busy = false;

async function work(db: PGlite) {
  if (busy) return;
  busy = true;
  for (let ask = next(); ask; ask = next()) await answer(db, ask);
  busy = false;
}

function next(): Ask | undefined {
  if (inTransaction === undefined) return waiting.shift();
  const at = waiting.findIndex((ask) => ask.session === inTransaction);
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
}

async function answer(db: PGlite, ask: Ask) {
  try {
    const channel = listens.exec(ask.sql)?.[1];
    if (channel) {
      if (!heard.has(channel))
        await db.listen(channel, (payload) => tell({ type: "notify", channel, payload }));
      heard.add(channel);
      tell({ type: "answer", id: ask.id, rows: [], count: 0, fields: [] });
      return;
    }
    if (begins.test(ask.sql)) inTransaction = ask.session;
    if (ask.params?.length) {
      const got = await db.query(ask.sql, ask.params, ask.rowMode ? { rowMode: ask.rowMode } : undefined);
      tell({
        type: "answer",
        id: ask.id,
        rows: got.rows,
        count: got.affectedRows ?? got.rows.length,
        fields: got.fields,
      });
    } else {
      // Without parameters a text may hold several statements; like `pg`, the last one's rows come back.
      const got = (await db.exec(ask.sql, ask.rowMode ? { rowMode: ask.rowMode } : undefined)).at(-1);
      tell({
        type: "answer",
        id: ask.id,
        rows: got?.rows ?? [],
        count: got?.affectedRows ?? 0,
        fields: got?.fields ?? [],
      });
    }
  } catch (error) {
    const e = error as Error & Record<string, unknown>;
    const { code, detail, constraint, table, schema, severity } = e;
    tell({
      type: "error",
      id: ask.id,
      error: { message: e.message, code, detail, constraint, table, schema, severity },
    });
  } finally {
    if (ends.test(ask.sql) && inTransaction === ask.session) inTransaction = undefined;
  }
}

try {
  const db = await PGlite.create({ dataDir: workerData.dataDir, startParams });
  port.on("message", (ask: Ask | "close") => {
    if (ask === "close") {
      db.close().then(
        () => tell({ type: "closed" }),
        () => tell({ type: "closed" }),
      );
      return;
    }
    waiting.push(ask);
    void work(db);
  });
  tell({ type: "ready" });
} catch (error) {
  tell({ type: "broken", message: error instanceof Error ? error.message : String(error) });
}
