import { type Selectable, sql } from "kysely";
import type { Command, CommandState } from "../../model/command.ts";
import { MillraceError } from "../../model/errors.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Registry } from "../registry.ts";
import { commandEvents } from "./command-events.ts";
import { fromCursor, pageOf } from "./cursor.ts";
import { type Database, notFound, type Session } from "./database.ts";
import { note } from "./happenings.ts";
import { instant, iso, isoOrNull } from "./instant.ts";
import type { Tables } from "./schema.ts";

type Commands = Pick<
  Registry,
  | "createCommand"
  | "command"
  | "explainedCommand"
  | "commands"
  | "queuedCommands"
  | "decideCommand"
  | "advanceCommand"
  | "expireCommands"
>;
type Row = Selectable<Tables["commands"]>;

/** A command is in one of these before it comes to its end. */
export const openStates = [
  "waiting_approval",
  "queued",
  "sent",
  "delivered",
] as const satisfies CommandState[];
const open: readonly CommandState[] = openStates;
/** These say that the device was reached, even when the report of sending got lost. */
const reached: readonly CommandState[] = ["sent", "delivered", "succeeded", "failed"];

export function commands(db: Database): Commands {
  return {
    async createCommand(
      device,
      { method, params, timeoutMs, ttlMs, retries, approval, alarm },
      { key, now },
    ) {
      const known = await db.selectFrom("devices").select("id").where("id", "=", device).executeTakeFirst();
      if (!known) throw notFound("device", device);
      const row = await db
        .insertInto("commands")
        .values({
          key,
          device,
          method,
          params: storableJson(params),
          state: approval ? "waiting_approval" : "queued",
          timeout_ms: timeoutMs,
          retries,
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

    async explainedCommand(id) {
      const row = await db.selectFrom("commands").selectAll().where("id", "=", id).executeTakeFirst();
      return row && { ...toCommand(row), cause: row.cause };
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

    decideCommand: (id, { approve, at, reason }) =>
      db.transaction().execute(async (tx) => {
        const decided = approve
          ? ({ state: "queued" } as const)
          : ({ state: "rejected", reason: reason ?? null, finished_at: instant(at) } as const);
        const row = await tx
          .updateTable("commands")
          .set(decided)
          .where("id", "=", id)
          .where("state", "=", "waiting_approval")
          .returningAll()
          .executeTakeFirst();
        if (row) {
          await note(tx, await commandEvents(tx, [row], at), at);
          return toCommand(row);
        }
        const known = await tx.selectFrom("commands").selectAll().where("id", "=", id).executeTakeFirst();
        if (!known) throw notFound("command", id);
        if (!approve && known.state === "rejected") return toCommand(known);
        throw new MillraceError(
          "conflict",
          `Command ${id} does not wait for approval; it is ${known.state}.`,
        );
      }),

    async advanceCommand(id, { state, at, answer, device }) {
      if (state === "queued" || state === "waiting_approval") return undefined;
      const ends = !open.includes(state);
      if (!ends) return advance(db, id, { state, at, answer, device });
      return db.transaction().execute((tx) => advance(tx, id, { state, at, answer, device }));
    },

    expireCommands: (now) =>
      db.transaction().execute(async (tx) => {
        const rows = await expire(tx, now);
        const over = rows.filter((row) => row.state !== "queued");
        await note(tx, await commandEvents(tx, over, now), now);
        return rows.map(toCommand);
      }),
  };
}

async function advance(
  db: Session,
  id: number,
  { state, at, answer, device }: Parameters<Registry["advanceCommand"]>[1],
): Promise<Command | undefined> {
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
    .where("state", "in", statesBefore(state))
    .returningAll();
  if (device !== undefined) update = update.where("device", "=", device);
  const row = await update.executeTakeFirst();
  if (row && ends) await note(db, await commandEvents(db, [row], at), at);
  return row && toCommand(row);
}

/** What waits for a person has not been sent, so a device cannot have it. */
function statesBefore(state: CommandState): readonly CommandState[] {
  if (state === "expired") return open;
  if (state === "rejected") return ["waiting_approval"];
  return open.includes(state) ? open.slice(1, open.indexOf(state)) : open.slice(1);
}

async function expire(tx: Session, now: number): Promise<Row[]> {
  const at = sql`${instant(now)}::timestamptz`;
  const { rows } = await sql<Row>`
    with due as (
      select id, case
          when state in ('waiting_approval', 'queued') then 'expired'
          when attempts < retries and expires_at > ${at} then 'queued'
          else 'timed_out' end as next
      from millrace.commands
      where state in ('waiting_approval', 'queued', 'sent', 'delivered')
        and case when state in ('waiting_approval', 'queued') then expires_at
          else sent_at + timeout_ms * interval '1 millisecond' end <= ${at}
      order by id for update
    )
    update millrace.commands c
    set state = due.next,
      attempts = attempts + (due.next = 'queued')::int,
      sent_at = case when due.next = 'queued' then null else sent_at end,
      finished_at = case when due.next = 'queued' then null else ${at} end
    from due where due.id = c.id returning c.*`.execute(tx);
  return rows.sort((a, b) => Number(a.id) - Number(b.id));
}

export function toCommand(row: Row): Command {
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
    reason: row.reason,
    retries: row.retries,
    attempts: row.attempts,
    flow: row.flow,
    node: row.node,
    alarm: row.alarm,
  };
}
