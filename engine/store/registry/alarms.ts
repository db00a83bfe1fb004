import type { Selectable } from "kysely";
import type { Alarm, AlarmChange } from "../../model/alarm.ts";
import type { Registry } from "../registry.ts";
import { changesOf, insertChanges } from "./alarm-changes.ts";
import { alarmEvent } from "./alarm-events.ts";
import { fromCursor, pageOf } from "./cursor.ts";
import { type Database, notFound, type Session } from "./database.ts";
import { note } from "./happenings.ts";
import { instant, iso, isoOrNull } from "./instant.ts";
import type { Tables } from "./schema.ts";

type Alarms = Pick<Registry, "alarms" | "alarm" | "explainedAlarm" | "acknowledge" | "clearAlarm">;

export function alarms(db: Database): Alarms {
  async function existing(id: string) {
    const row = await db.selectFrom("alarms").selectAll().where("id", "=", id).executeTakeFirst();
    if (!row) throw notFound("alarm", id);
    return toAlarm(row);
  }

  /** By an operator: every flow that asks is told. */
  function changing(
    change: AlarmChange,
    at: number,
    update: (tx: Session) => Promise<Selectable<Tables["alarms"]> | undefined>,
  ): Promise<Alarm | undefined> {
    return db.transaction().execute(async (tx) => {
      const row = await update(tx);
      if (row) {
        const { id, severity } = row;
        await insertChanges(tx, [{ alarm: id, change, at, severity, cause: undefined }]);
        await note(tx, [alarmEvent(toAlarm(row), change, at)], at);
      }
      return row && toAlarm(row);
    });
  }

  return {
    async alarms({ cursor, limit, status, severity, device, flow }) {
      let query = db
        .selectFrom("alarms")
        .selectAll()
        .orderBy("seq", "desc")
        .limit(limit + 1);
      if (cursor) query = query.where("seq", "<", fromCursor(cursor, "number"));
      if (status) query = query.where("status", "=", status);
      if (severity) query = query.where("severity", "=", severity);
      if (device) query = query.where("device", "=", device);
      if (flow) query = query.where("flow", "=", flow);
      return pageOf(await query.execute(), limit, (row) => Number(row.seq), toAlarm);
    },

    async alarm(id) {
      const row = await db.selectFrom("alarms").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toAlarm(row);
    },

    async explainedAlarm(id) {
      const row = await db.selectFrom("alarms").selectAll().where("id", "=", id).executeTakeFirst();
      if (!row) return undefined;
      const changes = await changesOf(db, id);
      const cause = changes.find(({ change }) => change === "raised")?.cause ?? row.cause;
      return { ...toAlarm(row), cause, changes };
    },

    async acknowledge(id) {
      const at = Date.now();
      const changed = await changing("acknowledged", at, (tx) =>
        tx
          .updateTable("alarms")
          .set({ acknowledged_at: instant(at) })
          .where("id", "=", id)
          .where("acknowledged_at", "is", null)
          .returningAll()
          .executeTakeFirst(),
      );
      return changed ?? existing(id);
    },

    async clearAlarm(id, at) {
      const changed = await changing("cleared", at, (tx) =>
        tx
          .updateTable("alarms")
          .set({ status: "cleared", cleared_at: instant(at) })
          .where("id", "=", id)
          .where("status", "=", "active")
          .returningAll()
          .executeTakeFirst(),
      );
      return changed ?? existing(id);
    },
  };
}

export function toAlarm(row: Selectable<Tables["alarms"]>): Alarm {
  return {
    id: row.id,
    type: row.type,
    severity: row.severity,
    status: row.status,
    acknowledged: row.acknowledged_at !== null,
    device: row.device,
    deviceName: row.device_name,
    flow: row.flow,
    node: row.node,
    raisedAt: iso(row.raised_at),
    clearedAt: isoOrNull(row.cleared_at),
    acknowledgedAt: isoOrNull(row.acknowledged_at),
    details: row.details,
    cause: row.cause,
  };
}
