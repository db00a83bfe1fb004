import { EventEmitter } from "node:events";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { Query, Rows, SqlClient, SqlPool } from "./pglite.ts";
import { Statements } from "./pglite-statements.ts";
import { openRegistry } from "./registry/open.ts";
import { answerCall, type Call, type Reply } from "./registry/remote.ts";

/** Asked by the pool: `session` groups the queries of one transaction. */
export interface Ask {
  type: "ask";
  id: number;
  session: number;
  sql: string;
  params?: unknown[];
  rowMode?: "array";
}
export type Told =
  | { type: "ready" }
  | { type: "broken"; message: string }
  | { type: "answer"; id: number; rows: Rows }
  | { type: "error"; id: number; error: Record<string, unknown> }
  | { type: "notify"; channel: string; payload: string }
  | { type: "closed" }
  | Reply;

interface Task extends Omit<Ask, "type" | "id" | "session"> {
  session: string;
  resolve(rows: Rows): void;
  reject(error: unknown): void;
}

interface Store {
  db: PGlite;
  statements: Statements;
}
type Tell = (told: Told) => void;
type Asked = Ask | Call | { type: "join"; port: MessagePort } | { type: "close" };

const owner = parentPort!;
/** All who use this database, the owner first. */
const users: Pick<MessagePort, "postMessage">[] = [owner];

const begins = /^\s*(begin|start transaction)\b/i;
const ends = /^\s*(commit|rollback(?!\s+to)|end)\b/i;
const changesTables = /\b(create|alter|drop)\b/i;
const listens = /^(?:\s|--[^\n]*\n)*listen\s+"?([A-Za-z_][\w]*)"?/i;

// Of PostgreSQL's 128 MB most would stay empty; the log is checkpointed long before a gigabyte. To fill each new file of the
// log with zeroes took 45 ms, in which nothing else was done.
const startParams = [
  ...PGlite.defaultStartParams,
  ...["shared_buffers=32MB", "max_wal_size=256MB", "wal_init_zero=off"].flatMap((setting) => ["-c", setting]),
];

const waiting: Task[] = [];
const heard = new Set<string>();
/** The session whose transaction is open: PGlite is one connection, so the others wait. */
let inTransaction: string | undefined;
let busy = false;

async function work(store: Store) {
  if (busy) return;
  busy = true;
  for (let task = next(); task; task = next()) {
    try {
      task.resolve(await query(store, task));
    } catch (error) {
      task.reject(error);
    } finally {
      if (ends.test(task.sql) && inTransaction === task.session) inTransaction = undefined;
    }
  }
  busy = false;
}

function next(): Task | undefined {
  if (inTransaction === undefined) return waiting.shift();
  const at = waiting.findIndex((task) => task.session === inTransaction);
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
}

/** A user is gone, perhaps in the middle of a transaction: nobody else would end it. */
function abandon(store: Store, user: string) {
  const isTheirs = (session: string | undefined) => session?.startsWith(`${user} `) === true;
  for (let i = waiting.length - 1; i >= 0; i--) if (isTheirs(waiting[i]!.session)) waiting.splice(i, 1);
  if (!isTheirs(inTransaction)) return;
  waiting.push({ session: inTransaction!, sql: "ROLLBACK", resolve() {}, reject() {} });
  void work(store);
}

async function query({ db, statements }: Store, { session, sql, params, rowMode }: Task): Promise<Rows> {
  const channel = listens.exec(sql)?.[1];
  if (channel) {
    if (!heard.has(channel))
      await db.listen(channel, (payload) => {
        for (const user of users) user.postMessage({ type: "notify", channel, payload } satisfies Told);
      });
    heard.add(channel);
    return { rows: [], rowCount: 0, command: "", fields: [] };
  }
  if (begins.test(sql)) inTransaction = session;
  if (params?.length) return statements.query(sql, params, rowMode);
  if (changesTables.test(sql)) await statements.forget();
  // Without parameters a text may hold several statements; like `pg`, the last one's rows come back.
  const got = (await db.exec(sql, rowMode ? { rowMode } : undefined)).at(-1);
  const rows = (got?.rows ?? []) as Rows["rows"];
  return { rows, rowCount: got?.affectedRows ?? rows.length, command: "", fields: got?.fields ?? [] };
}

/** The database as the code of this thread uses it, beside the queries that come from others. */
function ownPool(store: Store): SqlPool {
  let lastSession = 0;
  const ask = (session: string, asked: Query, params?: unknown[]) =>
    new Promise<Rows>((resolve, reject) => {
      const { text, values, rowMode } = typeof asked === "string" ? { text: asked } : asked;
      waiting.push({ session, sql: text, params: values ?? params, rowMode, resolve, reject });
      void work(store);
    });
  return {
    query: (asked, params) => ask("own", asked, params),
    async connect(): Promise<SqlClient> {
      const session = `own ${++lastSession}`;
      const query: SqlClient["query"] = (asked, params) => ask(session, asked, params);
      return Object.assign(new EventEmitter(), { query, release() {} });
    },
    end: async () => {},
    on() {},
  };
}

function described(error: unknown): Record<string, unknown> {
  const { message, code, detail, constraint, table, schema, severity } = error as Error &
    Record<string, unknown>;
  return { message, code, detail, constraint, table, schema, severity };
}

try {
  const db = await PGlite.create({ dataDir: workerData.dataDir, startParams });
  const store = { db, statements: new Statements(db) };
  let registry: ReturnType<typeof openRegistry> | undefined;
  let lastUser = 0;
  /** Answers one user; `name` keeps its sessions apart from those of others. */
  const serve = (name: string, tell: Tell) => (message: Asked) => {
    switch (message.type) {
      case "join": {
        const { port } = message;
        const user = String(++lastUser);
        users.push(port);
        port.on(
          "message",
          serve(user, (told) => port.postMessage(told)),
        );
        port.on("close", () => {
          users.splice(users.indexOf(port), 1);
          abandon(store, user);
        });
        return;
      }
      case "close": {
        const closed = () => tell({ type: "closed" });
        db.close().then(closed, closed);
        return;
      }
      case "call":
        registry ??= openRegistry(ownPool(store));
        void answerCall(registry, message).then(tell);
        return;
      case "ask": {
        const { id, session, sql, params, rowMode } = message;
        const resolve = (rows: Rows) => tell({ type: "answer", id, rows });
        const reject = (error: unknown) => tell({ type: "error", id, error: described(error) });
        waiting.push({ session: `${name} ${session}`, sql, params, rowMode, resolve, reject });
        void work(store);
        return;
      }
      default:
        message satisfies never;
    }
  };
  const tell: Tell = (told) => owner.postMessage(told);
  owner.on("message", serve("0", tell));
  tell({ type: "ready" });
} catch (error) {
  owner.postMessage({
    type: "broken",
    message: error instanceof Error ? error.message : String(error),
  } satisfies Told);
}
