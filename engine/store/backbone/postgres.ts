import { EventEmitter } from "node:events";
import { createPostgresBackend, runMigrations, withBackend } from "bullmq";
import { MillraceError } from "../../model/errors.ts";
import type { SqlPool } from "../pglite.ts";
import { LaneQueues } from "./lane-queues.ts";
import { type Backbone, type LaneSnapshot, settledLanes } from "./port.ts";
import { backboneSchema } from "./postgres-schema.ts";

export interface PostgresSettings {
  pool: SqlPool;
  /** For a new installation; 4 when left out. Each lane costs some queries a batch, and the database is one thread. */
  lanes?: number;
  /** PGlite has no background processes: this one then vacuums and checkpoints. */
  embedded: boolean;
  log(message: string, error: Error): void;
}

const upkeepMs = 30_000;
type Pool = Parameters<typeof runMigrations>[0];

/** The backbone of a single process, on PGlite or PostgreSQL. */
export async function openPostgresBackbone(settings: PostgresSettings): Promise<Backbone> {
  const { pool, embedded, log } = settings;
  await pool.query("CREATE SCHEMA IF NOT EXISTS bullmq");
  await runMigrations(pool as unknown as Pool, "bullmq");
  // BullMQ names its tables without their schema; the embedded database is one connection, which keeps this.
  await pool.query("SET search_path TO bullmq, public");
  await pool.query(backboneSchema);
  const { rows } = await pool.query("SELECT count(*)::int AS count FROM backbone.lanes");
  const lanes = settledLanes((rows[0]!.count as number) || undefined, settings.lanes, 4);
  await pool.query(
    "INSERT INTO backbone.lanes (lane) SELECT generate_series(0, $1 - 1) ON CONFLICT DO NOTHING",
    [lanes],
  );

  const connection = pool as unknown as NonNullable<
    Parameters<typeof createPostgresBackend>[1]["connection"]
  >;
  const queues = new LaneQueues({
    lanes,
    classes: withBackend(createPostgresBackend) as never,
    queueOptions: () => ({ connection: connection as never, skipWaitingForReady: true }),
    workerOptions: () => ({ connection: connection as never }),
    log,
  });
  await queues.ready();

  const upkeep = embedded ? setInterval(() => void tidy(pool, log), upkeepMs).unref() : undefined;
  const heard = new EventEmitter();
  heard.setMaxListeners(0);

  // All batches come and go through this process, so it need not ask how many wait.
  const waiting = await Promise.all(Array.from({ length: lanes }, (_, lane) => queues.depth(lane)));

  return {
    lanes,
    shared: false,
    async enqueue(lane, batch) {
      await known(queues.add(lane, batch));
      waiting[lane]!++;
    },
    work: (lane, handle) =>
      queues.work(lane, (batch, signal) => {
        waiting[lane]!--;
        return handle(batch, signal).then((done) => {
          if (!done) waiting[lane]!++;
          return done;
        });
      }),
    snapshot: (lane) => known(snapshot(pool, lane)),

    async commit(lane, { expected, sequence, producer, number, state, effects, points }) {
      const { rows } = await known(
        pool.query("SELECT backbone.commit($1, $2, $3, $4, $5, $6, $7, $8) AS done", [
          lane,
          expected,
          sequence,
          producer,
          number,
          JSON.stringify(state),
          effects,
          points,
        ]),
      );
      return rows[0]!.done ? "committed" : "conflict";
    },

    async delivered(part, commits) {
      await known(
        pool.query(
          `DELETE FROM backbone.${part} AS kept USING json_to_recordset($1::json) AS gone(lane int, sequence bigint)
           WHERE kept.lane = gone.lane AND kept.sequence = gone.sequence`,
          [JSON.stringify(commits)],
        ),
      );
    },

    // One process owns this backbone: the database file cannot be shared.
    heartbeat: async (node) => [node],
    leave: async () => {},
    publish: (subject, message) => void setImmediate(() => heard.emit(subject, message)),
    subscribe(subject, listen) {
      heard.on(subject, listen);
      return () => heard.off(subject, listen);
    },
    depth: async (lane) => waiting[lane]!,
    check: async () => void (await known(pool.query("SELECT 1"))),
    async close() {
      clearInterval(upkeep);
      await queues.close();
    },
  };
}

async function snapshot(pool: SqlPool, lane: number): Promise<LaneSnapshot> {
  const [checkpoint, state, outbox] = await Promise.all([
    pool.query("SELECT sequence::float8 AS sequence, producers FROM backbone.lanes WHERE lane = $1", [lane]),
    pool.query("SELECT key, value FROM backbone.state WHERE lane = $1", [lane]),
    pool.query(
      `SELECT sequence::float8 AS sequence, coalesce(e.body, '') AS effects, coalesce(p.body, '') AS points
       FROM (SELECT * FROM backbone.effects WHERE lane = $1) e
       FULL JOIN (SELECT * FROM backbone.points WHERE lane = $1) p USING (sequence) ORDER BY sequence`,
      [lane],
    ),
  ]);
  const { sequence, producers } = checkpoint.rows[0] as {
    sequence: number;
    producers: Record<string, number>;
  };
  return {
    sequence,
    producers,
    state: state.rows.flatMap(({ key, value }) => [key as string, value as string]),
    outbox: outbox.rows as unknown as LaneSnapshot["outbox"],
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

async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new MillraceError("unavailable", `Database: ${(error as Error).message}`, undefined, {
      cause: error,
    });
  }
}
