import { MillraceError } from "../../model/errors.ts";
import type { SqlPool } from "../pglite.ts";
import type { Delivered } from "./port.ts";

/** The pool as BullMQ wants to see it. */
export function backend(pool: SqlPool): never {
  return pool as never;
}

/** Drops what is delivered from the outboxes. */
export function dropDelivered(pool: SqlPool): Delivered {
  return async (part, commits) => {
    await known(
      pool.query(
        `DELETE FROM backbone.${part} AS kept USING json_to_recordset($1::json) AS gone(lane int, sequence bigint)
         WHERE kept.lane = gone.lane AND kept.sequence = gone.sequence`,
        [JSON.stringify(commits)],
      ),
    );
  };
}

/** Whatever the database threw, the caller hears that the outcome is unknown. */
export async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new MillraceError("unavailable", `Database: ${(error as Error).message}`, undefined, {
      cause: error,
    });
  }
}
