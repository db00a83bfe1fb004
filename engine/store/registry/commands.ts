import { type Selectable, sql } from "kysely";
import type { Command, CommandState } from "../../model/command.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Registry } from "../registry.ts";
import { fromCursor, pageOf } from "./cursor.ts";
import { type Database, notFound } from "./database.ts";
import { instant, iso, isoOrNull } from "./instant.ts";
import type { Tables } from "./schema.ts";

type Commands = Pick<
  Registry,
  "createCommand" | "command" | "commands" | "queuedCommands" | "advanceCommand" | "expireCommands"
>;

/** A command is in one of these before it comes to its end. */
const open: readonly CommandState[] = ["queued", "sent", "delivered"];
/** These say that the device was reached, even when the report of sending got lost. */
const reached: readonly CommandState[] = ["sent", "delivered", "succeeded", "failed"];

export function commands(db: Database): Commands {
  return {
    async createCommand(device, { method, params, timeoutMs, ttlMs, alarm }, { key, now }) {
      const known = await db.selectFrom("devices").select("id").where("id", "=", device).executeTakeFirst();
      if (!known) throw notFound("device", device);
      const row = await db
        .insertInto("commands")
        .values({
          key,
          device,
          method,
          params: storableJson(params),
          state: "queued",
          timeout_ms: timeoutMs,
          expires_at: instant(now + ttlMs),
          created_at: instant(now),
          alarm,
        })
        .onConflict((conflict) => conflict.columns(["device", "key"]).doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row) return { command: toCommand(row), created: true };
      const first = await db
        .selectFrom("commands")
        .selectAll()
        .where("device", "=", device)
        .where("key", "=", key)
        .executeTakeFirstOrThrow();
      return { command: toCommand(first), created: false };
    },

    async command(id) {
      const row = await db.selectFrom("commands").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toCommand(row);
    },

    async commands({ cursor, limit, device, state, alarm }) {
      let query = db
        .selectFrom("commands")
        .selectAll()
        .orderBy("id", "desc")
        .limit(limit + 1);
      if (cursor) query = query.where("id", "<", fromCursor(cursor, "number"));
      if (device) query = query.where("device", "=", device);
      if (state) query = query.where("state", "=", state);
      if (alarm) query = query.where("alarm", "=", alarm);
      return pageOf(await query.execute(), limit, (row) => Number(row.id), toCommand);
    },

    async queuedCommands(device, now) {
      const rows = await db
        .selectFrom("commands")
        .selectAll()
        .where("device", "=", device)
        .where("state", "=", "queued")
        .where("expires_at", ">", sql<Date>`${instant(now)}::timestamptz`)
        .orderBy("id")
        .execute();
      return rows.map(toCommand);
    },

    async advanceCommand(id, { state, at, answer, device }) {
      if (state === "queued") return undefined;
      const ends = !open.includes(state);
      let update = db
        .updateTable("commands")
        .set({
          state,
          sent_at: !reached.includes(state) ? undefined : sql`coalesce(sent_at, ${instant(at)}::timestamptz)`,
          finished_at: ends ? instant(at) : undefined,
          answer: answer === undefined ? undefined : storableJson(answer),
        })
        .where("id", "=", id)
        .where("state", "in", ends ? open : open.slice(0, open.indexOf(state)))
        .returningAll();
      if (device !== undefined) update = update.where("device", "=", device);
      const row = await update.executeTakeFirst();
      return row && toCommand(row);
    },

    async expireCommands(now) {
      const at = instant(now);
      const rows = await db
        .updateTable("commands")
        .set({ state: sql`case state when 'queued' then 'expired' else 'timed_out' end`, finished_at: at })
        .where("state", "in", open)
        .where(
          sql<boolean>`case state when 'queued' then expires_at
            else sent_at + timeout_ms * interval '1 millisecond' end <= ${at}::timestamptz`,
        )
        .returningAll()
        .execute();
      return rows.map(toCommand).sort((a, b) => a.id - b.id);
    },
  };
}

export function toCommand(row: Selectable<Tables["commands"]>): Command {
  return {
    id: Number(row.id),
    key: row.key,
    device: row.device,
    method: row.method,
    params: row.params,
    state: row.state,
    timeoutMs: row.timeout_ms,
    expiresAt: iso(row.expires_at),
    createdAt: iso(row.created_at),
    sentAt: isoOrNull(row.sent_at),
    finishedAt: isoOrNull(row.finished_at),
    answer: row.answer,
    flow: row.flow,
    node: row.node,
    alarm: row.alarm,
  };
}
