import { flowsKey, LaneState } from "../../flow/state.ts";
import { MillraceError } from "../../model/errors.ts";
import { laneOf } from "../../model/lane.ts";
import type { SqlClient, SqlPool } from "../pglite.ts";
import { inTransaction } from "../sql.ts";
import { type IsIdle, type LaneLook, type LaneSet, type MovePhase, requireNothingWaits } from "./lane-set.ts";

/** Rows that are read and written at a time. */
const portion = 2000;
const laneQueues = "queue ~ '^lane[0-9]+$'";

interface Sql {
  query: SqlPool["query"];
}

/**
 * All lanes of the installation on PGlite or PostgreSQL; the pool stays with whoever opened it. Throws MillraceError
 * `not_found` where none has begun.
 */
export async function openPostgresLaneSet({
  pool,
  isIdle,
}: {
  pool: SqlPool;
  isIdle: IsIdle;
}): Promise<LaneSet> {
  const { rows } = await pool.query("SELECT to_regclass('backbone.lanes') IS NOT NULL AS begun");
  if (!rows[0]!.begun || (await countOf(pool)) === 0)
    throw new MillraceError(
      "not_found",
      "No installation has begun in this database. A first start takes its count from MILLRACE_LANES.",
    );
  return {
    count: () => countOf(pool),
    moving: async () => undefined,
    look: () => look(pool, isIdle),
    move: (count, passed = () => {}) =>
      // All or nothing: one that is killed has moved nothing.
      inTransaction(pool, async (client) => {
        await client.query("LOCK TABLE backbone.lanes IN EXCLUSIVE MODE");
        requireNothingWaits(await look(client, isIdle), count);
        passed("marked");
        if ((await countOf(client)) !== count) await move(client, count, passed);
      }),
    close: async () => {},
  };
}

async function countOf(sql: Sql): Promise<number> {
  const { rows } = await sql.query("SELECT count(*)::int AS count FROM backbone.lanes");
  return rows[0]!.count as number;
}

async function look(sql: Sql, isIdle: IsIdle): Promise<LaneLook[]> {
  const of = async (question: string) => {
    const { rows } = await sql.query(question);
    return new Map(rows.map(({ lane, count }) => [lane as number, count as number]));
  };
  const { rows: lanes } = await sql.query("SELECT lane FROM backbone.lanes ORDER BY lane");
  const { rows: waiting } = await sql.query(
    `SELECT substr(queue, 5)::int AS lane, data->>'f' AS frames FROM bullmq.job
     WHERE ${laneQueues} AND state NOT IN ('completed', 'failed')`,
  );
  const effects = await of("SELECT lane, count(*)::int AS count FROM backbone.effects GROUP BY lane");
  const points = await of("SELECT lane, count(*)::int AS count FROM backbone.points GROUP BY lane");
  const devices = await of(
    "SELECT lane, count(*)::int AS count FROM backbone.state WHERE starts_with(key, 'c:') GROUP BY lane",
  );
  return lanes.map((row) => {
    const lane = row.lane as number;
    return {
      lane,
      batches: waiting.filter((one) => one.lane === lane && !isIdle(one.frames as string)).length,
      effects: effects.get(lane) ?? 0,
      points: points.get(lane) ?? 0,
      devices: devices.get(lane) ?? 0,
    };
  });
}

async function move(sql: SqlClient, count: number, passed: (phase: MovePhase) => void) {
  const { rows: lanes } = await sql.query("SELECT lane, sequence::float8 AS sequence FROM backbone.lanes");
  let flows: string | undefined;
  for (const { lane } of lanes) {
    const its = await sql.query("SELECT value FROM backbone.state WHERE lane = $1 AND key = $2", [
      lane,
      flowsKey,
    ]);
    flows = LaneState.newerFlows(flows, its.rows[0]?.value as string | undefined);
  }
  await moveRows(sql, count, { table: "state", column: "key", deviceOf: LaneState.deviceOf });
  await moveRows(sql, count, { table: "wakes", column: "device", deviceOf: (device) => device });
  await sql.query("DELETE FROM backbone.state WHERE key = ANY($1)", [LaneState.ownKeys]);
  const own = LaneState.ownOfMoved(flows);
  for (let at = 0; at < own.length; at += 2)
    await sql.query("INSERT INTO backbone.state SELECT generate_series(0, $1 - 1), $2, $3", [
      count,
      own[at],
      own[at + 1],
    ]);
  passed("copied");
  // Above all that were given out in any lane: ids of effects stay new, whatever the clock says.
  const sequence = Math.max(...lanes.map((lane) => lane.sequence as number));
  await sql.query("DELETE FROM backbone.lanes");
  await sql.query("INSERT INTO backbone.lanes (lane, sequence) SELECT generate_series(0, $1 - 1), $2", [
    count,
    sequence,
  ]);
  for (const table of ["job", "meta", "event"])
    await sql.query(`DELETE FROM bullmq.${table} WHERE ${laneQueues}`);
  passed("switched");
}

/** Gives each row the lane of its device. One that is met again, in its new lane, stays there. */
async function moveRows(
  sql: SqlClient,
  count: number,
  {
    table,
    column,
    deviceOf,
  }: {
    table: "state" | "wakes";
    column: "key" | "device";
    deviceOf: (name: string) => string | undefined;
  },
) {
  for (let last = { lane: -1, name: "" }; ; ) {
    const { rows } = await sql.query(
      `SELECT lane, ${column} AS name FROM backbone.${table} WHERE (lane, ${column}) > ($1, $2)
       ORDER BY lane, ${column} LIMIT ${portion}`,
      [last.lane, last.name],
    );
    const moves = (rows as unknown as (typeof last)[]).flatMap(({ lane, name }) => {
      const device = deviceOf(name);
      const to = device === undefined ? lane : laneOf(device, count);
      return to === lane ? [] : [{ lane, name, to }];
    });
    if (moves.length > 0)
      await sql.query(
        `UPDATE backbone.${table} AS kept SET lane = moved."to"
         FROM json_to_recordset($1::json) AS moved(lane int, name text, "to" int)
         WHERE kept.lane = moved.lane AND kept.${column} = moved.name`,
        [JSON.stringify(moves)],
      );
    if (rows.length < portion) return;
    last = rows.at(-1) as unknown as typeof last;
  }
}
