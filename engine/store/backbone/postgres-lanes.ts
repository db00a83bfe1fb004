import { createPostgresBackend, withBackend } from "bullmq";
import type { SqlPool } from "../pglite.ts";
import { reclaimLane, workLane } from "./lane-worker.ts";
import type { LaneSnapshot, LaneStore } from "./port.ts";
import { backend, known, postgresOutbox } from "./postgres-connection.ts";

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
    async read(lane, keys) {
      const { rows } = await known(
        pool.query("SELECT key, value FROM backbone.state WHERE lane = $1 AND key = ANY($2)", [lane, keys]),
      );
      const values = new Map(rows.map(({ key, value }) => [key, value as string]));
      return keys.map((key) => values.get(key));
    },
    async commit(lane, { expected, sequence, producer, number, state, tails, wakes, effects, points }) {
      const [kept, added, woken] = [columns(state), columns(tails), columns(wakes)];
      const { rows } = await known(
        pool.query(commitStatement, [
          ...[lane, expected, sequence, producer, number],
          ...[kept.keys, kept.values, kept.gone, added.keys, added.values],
          ...[woken.keys, woken.values, woken.gone, effects, points],
        ]),
      );
      return rows[0]!.done ? "committed" : "conflict";
    },
    ...postgresOutbox(pool),
    close: async () => {},
  };
}

const commitStatement = `SELECT backbone.commit(${Array.from({ length: 15 }, (_, i) => `$${i + 1}`).join(", ")}) AS done`;

/** Lines of keys and values, alternating, as lines of each; the keys of empty values apart. */
function columns(lines: string): { keys: string; values: string; gone: string } {
  const parts = lines.split("\n");
  const keys: string[] = [];
  const values: string[] = [];
  const gone: string[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    if (parts[i + 1] === "") gone.push(parts[i]!);
    else {
      keys.push(parts[i]!);
      values.push(parts[i + 1]!);
    }
  }
  return { keys: keys.join("\n"), values: values.join("\n"), gone: gone.join("\n") };
}

async function snapshot(pool: SqlPool, lane: number): Promise<LaneSnapshot> {
  const of = (sql: string) => pool.query(sql, [lane]).then(({ rows }) => rows);
  const [checkpoint, wakes, effects, points] = await Promise.all([
    of("SELECT sequence::float8 AS sequence, producers FROM backbone.lanes WHERE lane = $1"),
    of("SELECT device, at::float8 AS at FROM backbone.wakes WHERE lane = $1"),
    of("SELECT sequence::float8 AS sequence, body FROM backbone.effects WHERE lane = $1 ORDER BY sequence"),
    of("SELECT sequence::float8 AS sequence FROM backbone.points WHERE lane = $1 ORDER BY sequence"),
  ]);
  const { sequence, producers } = checkpoint![0] as unknown as LaneSnapshot;
  return {
    sequence,
    producers,
    wakes: wakes!.map(({ device, at }) => [device as string, at as number]),
    effects: effects as unknown as LaneSnapshot["effects"],
    points: points!.map(({ sequence }) => sequence as number),
  };
}
