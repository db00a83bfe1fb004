import { EventEmitter } from "node:events";
import { createPostgresBackend, runMigrations, withBackend } from "bullmq";
import type { SqlPool } from "../pglite.ts";
import { LaneQueues } from "./lane-queues.ts";
import { type Backbone, settledLanes } from "./port.ts";
import { backend, known, postgresOutbox, searchPath } from "./postgres-connection.ts";
import { backboneSchema } from "./postgres-schema.ts";

export interface PostgresSettings {
  pool: SqlPool;
  /** For a new installation; 2 when left out. Each lane costs some queries a batch, and the database is one thread. */
  lanes?: number;
  /** PGlite has no background processes: this one then vacuums and checkpoints. */
  embedded: boolean;
  log(message: string, error: Error): void;
}

const upkeepMs = 30_000;

/** The backbone of a single process, on PGlite or PostgreSQL. */
export async function openPostgresBackbone(settings: PostgresSettings): Promise<Backbone> {
  const { pool, embedded, log } = settings;
  await pool.query("CREATE SCHEMA IF NOT EXISTS bullmq");
  await runMigrations(backend(pool), "bullmq");
  // The embedded database is one connection, which keeps this.
  if (embedded) await pool.query(`SET search_path TO ${searchPath}`);
  await pool.query(backboneSchema);
  const { rows } = await pool.query("SELECT count(*)::int AS count FROM backbone.lanes");
  const lanes = settledLanes((rows[0]!.count as number) || undefined, settings.lanes, 2);
  await pool.query(
    "INSERT INTO backbone.lanes (lane) SELECT generate_series(0, $1 - 1) ON CONFLICT DO NOTHING",
    [lanes],
  );

  const { Queue } = withBackend(createPostgresBackend) as never as typeof import("bullmq");
  const queues = new LaneQueues({
    lanes,
    Queue,
    options: () => ({ connection: backend(pool), skipWaitingForReady: true }),
    log,
  });
  await queues.ready();

  const upkeep = embedded ? setInterval(() => void tidy(pool, log), upkeepMs).unref() : undefined;
  const heard = new EventEmitter();
  heard.setMaxListeners(0);

  return {
    lanes,
    shared: false,
    // A batch keeps the database's one thread busy for some four milliseconds.
    gapMs: 6,
    enqueue: (lane, batch) => known(queues.add(lane, batch)),
    ...postgresOutbox(pool),
    // One process owns this backbone: the database file cannot be shared.
    heartbeat: async (node) => [node],
    leave: async () => {},
    publish: (subject, message) => void setImmediate(() => heard.emit(subject, message)),
    subscribe(subject, listen) {
      heard.on(subject, listen);
      return () => heard.off(subject, listen);
    },
    depth: (lane) => known(queues.depth(lane)),
    check: async () => void (await known(pool.query("SELECT 1"))),
    async close() {
      clearInterval(upkeep);
      await queues.close();
    },
  };
}

/** Keeps tables small and the next start fast: a start replays the log since the last checkpoint. */
async function tidy(pool: SqlPool, log: PostgresSettings["log"]) {
  try {
    const { rows } = await pool.query(
      "SELECT schemaname || '.' || quote_ident(relname) AS name FROM pg_stat_user_tables WHERE n_dead_tup > 500",
    );
    for (const { name } of rows) await pool.query(`VACUUM ${name}`);
    await pool.query("CHECKPOINT");
  } catch (error) {
    log("Upkeep of the embedded database", error as Error);
  }
}
