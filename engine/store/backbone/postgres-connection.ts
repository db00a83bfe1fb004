import { MillraceError } from "../../model/errors.ts";
import type { SqlPool } from "../pglite.ts";
import { openPostgres } from "../sql.ts";
import type { Outbox } from "./port.ts";

/** BullMQ names its tables without their schema. */
export const searchPath = "bullmq, public";

/** PostgreSQL at `url` for a backbone. Each worker of a lane keeps a connection to itself, which listens. */
export function openBackbonePool(url: string): SqlPool {
  return openPostgres(url, { max: 40, searchPath });
}

/** The pool as BullMQ wants to see it. */
export function backend(pool: SqlPool): never {
  return pool as never;
}

/** The outboxes of all lanes. */
export function postgresOutbox(pool: SqlPool): Outbox {
  return {
    async outbox(part, lane, sequences) {
      const { rows } = await known(
        pool.query(
          `SELECT sequence::float8 AS sequence, body FROM backbone.${part} WHERE lane = $1 AND sequence = ANY($2)`,
          [lane, sequences],
        ),
      );
      const bodies = new Map(rows.map(({ sequence, body }) => [sequence, body as string]));
      return sequences.map((sequence) => bodies.get(sequence) ?? "");
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
  };
}

/** The caller hears that the outcome is unknown, unless the database will never take what it was given. */
export async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // Data exception, constraint violated, limit exceeded.
    if (/^(22|23|54)/.test((error as { code?: string }).code ?? "")) throw error;
    throw new MillraceError("unavailable", `Database: ${(error as Error).message}`, undefined, {
      cause: error,
    });
  }
}
