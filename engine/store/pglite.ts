import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { MillraceError } from "../model/errors.ts";
import type { Ask, Told } from "./pglite-thread.ts";
import { remoteRegistry } from "./registry/remote.ts";
import type { Registry } from "./registry.ts";

export interface Rows {
  rows: Record<string, unknown>[];
  rowCount: number;
  command: string;
  fields: { name: string; dataTypeID: number }[];
}
export type Query = string | { text: string; values?: unknown[]; rowMode?: "array" };

/** Little lives briefly in the database's thread; left to itself, V8 takes three times as much for it. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

/** The part of `pg.Pool` that BullMQ, kysely and we use; `pg.Pool` fits it too. */
export interface SqlPool {
  query(query: Query, params?: unknown[]): Promise<Rows>;
  connect(): Promise<SqlClient>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}
export interface SqlClient extends EventEmitter {
  query(query: Query, params?: unknown[]): Promise<Rows>;
  release(destroy?: boolean | Error): void;
}

export interface Pglite extends SqlPool {
  registry: Registry;
  /** A way into the database for another thread, see `joinPglite`. */
  port(): MessagePort;
}

/**
 * A PGlite database in a thread of its own, looking like a `pg.Pool`. `registry` works inside that thread, and is made
 * when it is first asked. `dataDir` "memory://" keeps nothing.
 */
export async function openPglite({ dataDir }: { dataDir: string }): Promise<Pglite> {
  if (!dataDir.startsWith("memory:") && !existsSync(join(dataDir, "PG_VERSION")))
    await createDatabase(dataDir);
  const thread = new Worker(built("pglite-thread.js"), { workerData: { dataDir }, resourceLimits });
  const pool = new PglitePool(thread);
  thread.on("error", (error) => pool.fail(error));
  thread.on("exit", () => pool.fail(gone()));
  await pool.ready;
  return Object.assign(pool, {
    port() {
      const { port1, port2 } = new MessageChannel();
      thread.postMessage({ type: "join", port: port1 }, [port1]);
      return port2;
    },
    async end() {
      thread.postMessage({ type: "close" });
      await pool.ended;
      await thread.terminate();
    },
  });
}

/** The database of another thread, through a port that its owner made. It ends with its owner. */
export function joinPglite(port: MessagePort): SqlPool {
  const pool = new PglitePool(port);
  port.on("close", () => pool.fail(gone()));
  return pool;
}

const gone = () => new MillraceError("unavailable", "The embedded database has been closed.");

/** Makes the database's files, see pglite-create.ts. */
async function createDatabase(dataDir: string): Promise<void> {
  const making = spawn(process.execPath, [built("pglite-create.js"), dataDir], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  making.stderr.on("data", (data) => {
    said = `${said}${data}`.slice(-2000);
  });
  const [code] = await once(making, "close");
  if (code !== 0)
    throw new MillraceError(
      "unavailable",
      `The embedded database could not be made in ${dataDir}: ${said.trim()}`,
    );
}

function built(file: string): string {
  return createRequire(import.meta.url).resolve(`#dist/engine/store/${file}`);
}

class PglitePool extends EventEmitter implements SqlPool {
  readonly registry: Registry;
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  readonly #thread: Worker | MessagePort;
  readonly #pending = new Map<number, { resolve(rows: Rows): void; reject(error: Error): void }>();
  readonly #clients = new Set<PgliteClient>();
  readonly #remote: ReturnType<typeof remoteRegistry>;
  #end = () => {};
  #broken: (error: Error) => void = () => {};
  #lastId = 0;
  #lastSession = 0;
  #down: Error | undefined;

  constructor(thread: Worker | MessagePort) {
    super();
    // Every queue and worker of every lane listens.
    this.setMaxListeners(0);
    this.#thread = thread;
    const remote = remoteRegistry((call) => thread.postMessage(call));
    this.registry = remote.registry;
    this.#remote = remote;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.ready = new Promise((resolve, reject) => {
      this.#broken = reject;
      thread.on("message", (told: Told) => {
        switch (told.type) {
          case "ready":
            return resolve();
          case "broken":
            return reject(
              new MillraceError("unavailable", `The embedded database could not be opened: ${told.message}`),
            );
          case "answer":
            this.#take(told.id)?.resolve(told.rows);
            return;
          case "result":
          case "failure":
            return remote.take(told);
          case "error": {
            const { message, ...rest } = told.error;
            this.#take(told.id)?.reject(Object.assign(new Error(String(message)), rest));
            return;
          }
          case "notify":
            for (const client of this.#clients)
              client.emit("notification", { channel: told.channel, payload: told.payload, processId: 0 });
            return;
          case "closed":
            return this.#end();
          default:
            told satisfies never;
        }
      });
    });
    this.ready.catch(() => {});
  }

  /** The database is out of reach for good. */
  fail(error: Error) {
    this.#down = error;
    this.#remote.fail(error);
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(error);
    this.#broken(error);
    this.#end();
  }

  query(query: Query, params?: unknown[]) {
    return this.ask(0, query, params);
  }

  async connect(): Promise<SqlClient> {
    const client = new PgliteClient(this, ++this.#lastSession, () => this.#clients.delete(client));
    this.#clients.add(client);
    return client;
  }

  async end() {}

  ask(session: number, query: Query, params?: unknown[]): Promise<Rows> {
    if (this.#down) return Promise.reject(this.#down);
    const id = ++this.#lastId;
    const ask: Ask =
      typeof query === "string"
        ? { type: "ask", id, session, sql: query, params }
        : {
            type: "ask",
            id,
            session,
            sql: query.text,
            params: query.values ?? params,
            rowMode: query.rowMode,
          };
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#thread.postMessage(ask);
    });
  }

  #take(id: number) {
    const waiting = this.#pending.get(id);
    this.#pending.delete(id);
    return waiting;
  }
}

class PgliteClient extends EventEmitter implements SqlClient {
  readonly #pool: PglitePool;
  readonly #session: number;
  readonly #gone: () => void;

  constructor(pool: PglitePool, session: number, gone: () => void) {
    super();
    this.setMaxListeners(0);
    this.#pool = pool;
    this.#session = session;
    this.#gone = gone;
  }

  query(query: Query, params?: unknown[]) {
    return this.#pool.ask(this.#session, query, params);
  }

  release() {
    this.#gone();
  }
}
