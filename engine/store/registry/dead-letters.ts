import type { Selectable } from "kysely";
import type { DeadLetter } from "../../model/dead-letter.ts";
import type { Registry } from "../registry.ts";
import { fromCursor, pageOf } from "./cursor.ts";
import type { Database } from "./database.ts";
import { iso } from "./instant.ts";
import type { Tables } from "./schema.ts";

type DeadLetters = Pick<Registry, "deadLetters" | "deadLetter">;

export function deadLetters(db: Database): DeadLetters {
  return {
    async deadLetters({ cursor, limit, device, flow, reason }) {
      let query = db
        .selectFrom("dead_letters")
        .selectAll()
        .orderBy("seq", "desc")
        .limit(limit + 1);
      if (cursor) query = query.where("seq", "<", fromCursor(cursor, "number"));
      if (device) query = query.where("device", "=", device);
      if (flow) query = query.where("flow", "=", flow);
      if (reason) query = query.where("reason", "=", reason);
      return pageOf(await query.execute(), limit, (row) => Number(row.seq), toDeadLetter);
    },

    async deadLetter(id) {
      const row = await db.selectFrom("dead_letters").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toDeadLetter(row);
    },
  };
}

function toDeadLetter({ seq: _, arrived_at, ...row }: Selectable<Tables["dead_letters"]>): DeadLetter {
  return { ...row, arrivedAt: iso(arrived_at) };
}
