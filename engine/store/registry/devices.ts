import { type Selectable, sql } from "kysely";
import type { Device } from "../../model/device.ts";
import { MillraceError } from "../../model/errors.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Values } from "../../model/value.ts";
import type { Registry } from "../registry.ts";
import type { SqlError } from "../sql.ts";
import { commandEvents } from "./command-events.ts";
import { openStates } from "./commands.ts";
import { fromCursor, pageOf } from "./cursor.ts";
import { type Database, notFound } from "./database.ts";
import { toDevice } from "./device-row.ts";
import { note } from "./happenings.ts";
import { instant } from "./instant.ts";
import { randomText } from "./random-text.ts";
import type { Tables } from "./schema.ts";

const maxRelatedBytes = 16_384;

type Devices = Pick<
  Registry,
  | "createDevice"
  | "device"
  | "devicesByToken"
  | "devicesByName"
  | "devices"
  | "deviceChanges"
  | "namedDevices"
  | "updateDevice"
  | "mergeAttributes"
  | "deleteDevice"
>;

export function devices(db: Database): Devices {
  /** Runs a write; a broken constraint becomes a sentence. */
  async function writing<T>(of: { name?: string; profile?: string }, write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      switch ((error as SqlError).constraint) {
        case "devices_name":
          throw new MillraceError("conflict", `There is a device named "${of.name}" already.`);
        case "devices_token":
          throw new MillraceError("conflict", "Another device has this access token; choose another one.");
        case "devices_profile":
          throw await unknownProfile(of.profile);
        default:
          throw error;
      }
    }
  }

  async function unknownProfile(name = "") {
    const known = await db.selectFrom("profiles").select("name").orderBy("name").limit(50).execute();
    const list = known.map((profile) => profile.name).join(", ");
    return new MillraceError("not_found", `There is no profile "${name}". Known: ${list}.`);
  }

  return {
    async createDevice({ name, profile, token, attributes, shared }) {
      const insert = db
        .insertInto("devices")
        .values({
          id: `d${randomText(12)}`,
          name,
          profile,
          token: token ?? randomText(24),
          attributes: storableJson(attributes),
          shared: storableJson(shared),
          client: "{}",
          created_at: instant(Date.now()),
        })
        .returningAll();
      return toDevice(await writing({ name, profile }, insert.executeTakeFirstOrThrow()));
    },

    async device(id) {
      const row = await db.selectFrom("devices").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toDevice(row);
    },

    devicesByToken: (tokens) => devicesBy(db, "token", tokens),
    devicesByName: (names) => devicesBy(db, "name", names),

    async deviceChanges(since) {
      // A change is stamped when its transaction begins, and seen when that ends.
      const from = new Date(since - 30_000);
      const [changed, deleted, now] = await Promise.all([
        db.selectFrom("devices").select(["id", "name", "revision"]).where("changed_at", ">=", from).execute(),
        db.selectFrom("deleted_devices").select("id").where("deleted_at", ">=", from).execute(),
        sql<{ now: number }>`select extract(epoch from now())::float8 * 1000 as now`.execute(db),
      ]);
      return { at: now.rows[0]!.now, changed, deleted: deleted.map(({ id }) => id) };
    },

    async namedDevices(names) {
      if (names.length === 0) return [];
      type Row = { name: string; revision: number; id: string | null; profile: string; attributes: Values };
      const { rows } = await sql<Row>`
        select n.name, coalesce(d.revision, g.revision, 0) as revision, d.id, d.profile,
          case when octet_length(d.written::text) <= ${maxRelatedBytes} then d.written else '{}' end as attributes
        from unnest(${names}::text[]) n(name)
        left join lateral (
          select id, profile, revision, shared || attributes as written from millrace.devices
          where name = n.name collate "C"
        ) d on true
        left join millrace.device_names g on g.name = n.name collate "C"`.execute(db);
      return rows.map(({ profile, attributes, ...row }) => ({
        ...row,
        device: row.id === null ? undefined : { name: row.name, profile, attributes },
      }));
    },

    async devices({ cursor, limit, search, profile }) {
      let query = db
        .selectFrom("devices")
        .selectAll()
        .orderBy("name")
        .limit(limit + 1);
      if (cursor) query = query.where("name", ">", fromCursor(cursor, "string"));
      if (profile) query = query.where("profile", "=", profile);
      if (search) {
        const part = search.toLowerCase();
        query = query.where(sql<boolean>`strpos(lower(name), ${part}) > 0 or strpos(lower(id), ${part}) > 0`);
      }
      return pageOf(await query.execute(), limit, (row) => row.name, toDevice);
    },

    async updateDevice(id, { name, profile, attributes, shared }) {
      const update = db
        .updateTable("devices")
        .set({
          name,
          profile,
          attributes: attributes && storableJson(attributes),
          shared: shared && storableJson(shared),
          revision: sql`revision + 1`,
        })
        .where("id", "=", id)
        .returningAll();
      const row = await writing({ name, profile }, update.executeTakeFirst());
      if (!row) throw notFound("device", id);
      return toDevice(row);
    },

    async mergeAttributes(id, scope, values) {
      const column = scope === "server" ? "attributes" : scope;
      const row = await db
        .updateTable("devices")
        .set({ [column]: merged(column, values), revision: sql`revision + 1` })
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      if (!row) throw notFound("device", id);
      return toDevice(row);
    },

    deleteDevice: (id) =>
      db.transaction().execute(async (tx) => {
        const gone = await tx.deleteFrom("devices").where("id", "=", id).returning("id").execute();
        if (gone.length === 0) throw notFound("device", id);
        const now = instant(Date.now());
        // History stays; what nobody could ever end now ends with the device.
        await tx
          .updateTable("alarms")
          .set({ status: "cleared", cleared_at: now })
          .where("device", "=", id)
          .where("status", "=", "active")
          .execute();
        const expired = await tx
          .updateTable("commands")
          .set({ state: "expired", finished_at: now, reason: "The device was deleted." })
          .where("device", "=", id)
          .where("state", "in", openStates)
          .returningAll()
          .execute();
        await note(tx, await commandEvents(tx, expired, Date.now()), Date.now());
        await sql`delete from millrace.device_event_numbers where device = ${id}`.execute(tx);
      }),
  };
}

async function devicesBy(
  db: Database,
  column: "token" | "name",
  keys: readonly string[],
): Promise<(Device | undefined)[]> {
  const { rows } = await sql<Selectable<Tables["devices"]>>`
    select * from millrace.devices where ${sql.ref(column)} = any(array(
      select json_array_elements_text(${storableJson(keys)}::json) collate "C"))`.execute(db);
  const found = new Map(rows.map((row) => [row[column], toDevice(row)]));
  return keys.map((key) => found.get(key));
}

function merged(column: "attributes" | "shared" | "client", values: Device["client"]) {
  const names = Object.keys(values);
  const gone = storableJson(names.filter((name) => values[name] === null));
  const set = storableJson(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)));
  return sql<string>`(${sql.ref(column)} || ${set}::jsonb)
    - array(select jsonb_array_elements_text(${gone}::jsonb))`;
}
