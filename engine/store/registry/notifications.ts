import { sql } from "kysely";
import type { Notice } from "../../model/channel.ts";
import type { NotifyEffect } from "../../model/effect.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Registry } from "../registry.ts";
import { insertDeadLetters } from "./apply-dead-letters.ts";
import type { Database, Session } from "./database.ts";
import { note } from "./happenings.ts";
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

    noticeSent: (id) =>
      db.transaction().execute(async (tx) => {
        await ended(tx, id, { state: "succeeded", reason: null });
      }),

    async noticeWaits(id, at) {
      await db
        .updateTable("notifications")
        .set({ next_at: instant(at), attempts: sql`attempts + 1` as never })
        .where("id", "=", id)
        .execute();
    },

    noticeLost: (id, { letter, reason }) =>
      db.transaction().execute(async (tx) => {
        if (await ended(tx, id, { state: "failed", reason })) await insertDeadLetters(tx, [letter]);
      }),
  };
}

/** It waits no longer, and its node hears so; false where it was ended before. */
async function ended(
  tx: Session,
  id: string,
  { state, reason }: { state: "succeeded" | "failed"; reason: string | null },
): Promise<boolean> {
  const gone = await tx
    .deleteFrom("notifications")
    .where("id", "=", id)
    .returning("notice")
    .executeTakeFirst();
  if (!gone) return false;
  const { ref, channel, origin } = gone.notice;
  if (ref === undefined) return true;
  const { device, flow, node, alarmId } = origin;
  const command = { channel, state: state === "succeeded" ? "sent" : state, reason };
  const result = { ref, of: 1, state, field: "notification", command } as const;
  const at = Date.now();
  const entry = { type: "result", device, at, flow, node, result, ...(alarmId && { alarmId }) } as const;
  await note(tx, [{ entry }], at);
  return true;
}

/** Queues what is to be sent, in order; it may go at once. */
export async function insertNotices(
  tx: Session,
  effects: readonly NotifyEffect[],
  now: number,
): Promise<number> {
  if (effects.length === 0) return 0;
  const rows = effects.map(({ id, channel, title, text, values, ref, ...origin }, index) => {
    const { device, deviceName, flow, version, node, at, alarmId } = origin;
    const from = { device, deviceName, flow, version, node, at, alarmId, values };
    return { index, id, notice: { id, channel, title, text, ref, origin: from } };
  });
  const { rows: made } = await sql`
    insert into millrace.notifications (id, notice, attempts, next_at)
    select id, notice, 0, ${instant(now)}::timestamptz
    from json_to_recordset(${storableJson(rows)}::json) as r(index int, id text, notice json)
    order by index
    on conflict (id) do nothing returning id`.execute(tx);
  return made.length;
}
