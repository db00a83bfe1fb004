import { type Selectable, sql } from "kysely";
import type { DeadLetter, DeadLetterFilter } from "../../model/dead-letter.ts";
import type { Registry } from "../registry.ts";
import { fromCursor, pageOf } from "./cursor.ts";
import type { Database } from "./database.ts";
import { instant, iso, isoOrNull } from "./instant.ts";
import type { Tables } from "./schema.ts";

type DeadLetters = Pick<
  Registry,
  | "deadLetters"
  | "deadLetter"
  | "deadLettersById"
  | "deadLetterCounts"
  | "editDeadLetter"
  | "replayDeadLetters"
  | "discardDeadLetters"
  | "pendingReplays"
>;

/** Of the open ones, the newest so many are counted. */
const countedLetters = 10_000;

type Row = Selectable<Omit<Tables["dead_letters"], "raw" | "payload">> & {
  raw?: string;
  payload?: string | null;
  device_name: string | null;
  again: string | null;
};

const brief = [
  "seq",
  "dead_letters.id",
  "reason",
  "message",
  "device",
  "flow",
  "version",
  "node",
  "arrived_at",
  "state",
  "type",
  "edited_at",
  "replay",
  "replayed_at",
  "replay_version",
  "replay_of",
] as const;

export function deadLetters(db: Database): DeadLetters {
  const read = () =>
    db
      .selectFrom("dead_letters")
      .leftJoin("devices", "devices.id", "dead_letters.device")
      .select([...brief, "devices.name as device_name"])
      .select((select) =>
        select
          .selectFrom("dead_letters as next")
          .whereRef("next.replay_of", "=", "dead_letters.id")
          .orderBy("next.seq")
          .limit(1)
          .select("next.id")
          .as("again"),
      );
  const readWhole = () => read().select(["raw", "payload"]);
  const letter = async (id: string) => {
    const row = await readWhole().where("dead_letters.id", "=", id).executeTakeFirst();
    return row && toDeadLetter(row);
  };

  return {
    async deadLetters({ cursor, limit, brief, oldest, ...filter }) {
      let query = (brief ? read() : readWhole()).orderBy("seq", oldest ? "asc" : "desc").limit(limit + 1);
      if (cursor) query = query.where("seq", oldest ? ">" : "<", fromCursor(cursor, "number"));
      for (const column of [
        "state",
        "device",
        "flow",
        "node",
        "reason",
      ] as const satisfies (keyof DeadLetterFilter)[])
        if (filter[column]) query = query.where(`dead_letters.${column}`, "=", filter[column]);
      return pageOf(await query.execute(), limit, (row) => Number(row.seq), toDeadLetter);
    },

    deadLetter: letter,

    async deadLettersById(ids) {
      if (ids.length === 0) return [];
      const rows = await readWhole().where("dead_letters.id", "in", ids).orderBy("seq").execute();
      return rows.map(toDeadLetter);
    },

    async deadLetterCounts() {
      // Asked every few seconds by every page: it must not become dearer with each letter.
      const { rows } = await sql<{ flow: string | null; node: string | null; reason: string; count: string }>`
        select flow, node, reason, count(*) as count
        from (
          select flow, node, reason from millrace.dead_letters
          where state = 'open' order by seq desc limit ${countedLetters}
        ) newest
        group by flow, node, reason order by count desc, flow, node, reason`.execute(db);
      return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }));
    },

    async editDeadLetter(id, { payload, type }) {
      const edited = await db
        .updateTable("dead_letters")
        // A tick stays one: there is nothing in it to be mended.
        .set({ payload, type, edited_at: instant(Date.now()) })
        .where("id", "=", id)
        .where("state", "in", ["open", "discarded"])
        .returning("id")
        .executeTakeFirst();
      return edited && letter(id);
    },

    replayDeadLetters: (ids, version) =>
      db.transaction().execute(async (tx) => {
        if (ids.length === 0) return [];
        // Locked until the end: numbers become visible in their order. By the time, so that they are above those that
        // lanes took even where the registry was begun anew.
        const { number } = await tx
          .updateTable("replay_number")
          .set({ number: nextNumber(ids.length) })
          .returning("number")
          .executeTakeFirstOrThrow();
        const { rows } = await sql<{ id: string }>`
          update millrace.dead_letters d set state = 'replaying', replay = ${Number(number) - ids.length} + r.place,
            replay_version = ${version ?? null}::int
          from (
            select id, row_number() over (order by seq) as place from millrace.dead_letters
            where id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) collate "C")
              and state in ('open', 'discarded') and device is not null
          ) r
          where d.id = r.id and d.state in ('open', 'discarded')
          returning d.id`.execute(tx);
        return rows.map(({ id }) => id);
      }),

    async discardDeadLetters(ids) {
      if (ids.length === 0) return [];
      const rows = await db
        .updateTable("dead_letters")
        .set({ state: "discarded" })
        .where("id", "in", ids)
        .where("state", "=", "open")
        .returning("id")
        .execute();
      return rows.map(({ id }) => id);
    },

    async pendingReplays(after, limit) {
      const rows = await db
        .selectFrom("dead_letters")
        .select(["replay", "id", "device"])
        .where("state", "=", "replaying")
        .where("replay", ">", after)
        .orderBy("replay")
        .limit(limit)
        .execute();
      return rows.map(({ replay, id, device }) => ({ number: Number(replay), id, device: device ?? "" }));
    },
  };
}

const nextNumber = (count: number) =>
  sql<number>`greatest(number, (extract(epoch from clock_timestamp()) * 1000000)::bigint) + ${count}`;

function toDeadLetter(row: Row): DeadLetter {
  const { id, reason, message, state, device, flow, version, node, type, raw, payload, again } = row;
  return {
    id,
    reason,
    message,
    state,
    device,
    deviceName: row.device_name,
    flow,
    version,
    node,
    arrivedAt: iso(row.arrived_at),
    type,
    ...(raw !== undefined && { raw, payload: payload ?? null }),
    editedAt: isoOrNull(row.edited_at),
    replayedAt: isoOrNull(row.replayed_at),
    replayVersion: row.replay_version,
    replayOf: row.replay_of,
    again,
  };
}
