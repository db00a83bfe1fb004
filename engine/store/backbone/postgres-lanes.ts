import { createPostgresBackend, withBackend } from "bullmq";
import type { SqlPool } from "../pglite.ts";
import { reclaimLane, workLane } from "./lane-worker.ts";
import type { LaneSnapshot, LaneStore } from "./port.ts";
import { backend, dropDelivered, known } from "./postgres-connection.ts";

/**
 * The lanes' state, checkpoints and outboxes on PGlite or PostgreSQL, for those who own lanes. The tables are those
 * that `openPostgresBackbone` made; the pool stays with whoever opened it.
 */
export function openPostgresLanes({
  pool,
  log,
}: {
  pool: SqlPool;
  log(message: string, error: Error): void;
}): LaneStore {
  const { Queue, Worker } = withBackend(createPostgresBackend) as never as typeof import("bullmq");
  const options = { connection: backend(pool) };
  return {
    work: (lane, handle) => workLane({ Worker, options, lane, handle, log }),
    reclaim: (lane) => known(reclaimLane(Queue, lane, { ...options, skipWaitingForReady: true })),
    snapshot: (lane) => known(snapshot(pool, lane)),
    async commit(lane, { expected, sequence, producer, number, state, tails, effects, points }) {
      const { rows } = await known(
        pool.query("SELECT backbone.commit($1, $2, $3, $4, $5, $6, $7, $8, $9) AS done", [
          lane,
          expected,
          sequence,
          producer,
          number,
          state,
          tails,
          effects,
          points,
        ]),
      );
      return rows[0]!.done ? "committed" : "conflict";
    },
    delivered: dropDelivered(pool),
    close: async () => {},
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
