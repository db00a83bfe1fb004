import { sql } from "kysely";
import type { Notice } from "../../model/channel.ts";
import type { DeadLetterEffect, NotifyEffect } from "../../model/effect.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Registry } from "../registry.ts";
import { insertDeadLetters } from "./apply-dead-letters.ts";
import type { Database, Session } from "./database.ts";
import { instant } from "./instant.ts";

type Notifications = Pick<Registry, "takeNotices" | "noticeSent" | "noticeWaits" | "noticeLost">;
type Row = Omit<Notice, "attempts"> & { attempts: number };

/** Notifications wait here from the commit of their effect until their receiver has them. */
export function notifications(db: Database): Notifications {
  return {
    async takeNotices({ now, limit, leaseMs }) {
      // Taken for a while: if this process dies, another one sends it when the time is over.
      const { rows } = await sql<{ notice: Row; attempts: number }>`
        update millrace.notifications n set next_at = ${instant(now + leaseMs)}::timestamptz
        where n.seq in (
          select seq from millrace.notifications where next_at <= ${instant(now)}::timestamptz
          order by next_at, seq limit ${limit} for update skip locked)
        returning n.notice, n.attempts`.execute(db);
      return rows.map(({ notice, attempts }) => ({ ...notice, attempts }));
    },

    async noticeSent(id) {
      await db.deleteFrom("notifications").where("id", "=", id).execute();
    },

    async noticeWaits(id, at) {
      await db
        .updateTable("notifications")
        .set({ next_at: instant(at), attempts: sql`attempts + 1` as never })
        .where("id", "=", id)
        .execute();
    },

    noticeLost: (id, letter: DeadLetterEffect) =>
      db.transaction().execute(async (tx) => {
        const gone = await tx.deleteFrom("notifications").where("id", "=", id).returning("id").execute();
        if (gone.length > 0) await insertDeadLetters(tx, [letter]);
      }),
  };
}

/** Queues what is to be sent, in order; it may go at once. */
export async function insertNotices(
  tx: Session,
  effects: readonly NotifyEffect[],
  now: number,
): Promise<number> {
  if (effects.length === 0) return 0;
  const rows = effects.map(({ id, channel, title, text, values, ...origin }, index) => {
    const { device, deviceName, flow, version, node, at, alarmId } = origin;
    const from = { device, deviceName, flow, version, node, at, alarmId, values };
    return { index, id, notice: { id, channel, title, text, origin: from } };
  });
  const { rows: made } = await sql`
    insert into millrace.notifications (id, notice, attempts, next_at)
    select id, notice, 0, ${instant(now)}::timestamptz
    from json_to_recordset(${storableJson(rows)}::json) as r(index int, id text, notice json)
    order by index
    on conflict (id) do nothing returning id`.execute(tx);
  return made.length;
}
