import { type Selectable, sql } from "kysely";
import { MillraceError } from "../../model/errors.ts";
import type { Payload } from "../../model/payload.ts";
import type { Profile } from "../../model/profile.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Values } from "../../model/value.ts";
import type { Registry } from "../registry.ts";
import type { SqlError } from "../sql.ts";
import { canonicalJson } from "./canonical.ts";
import { type Database, notFound, type Session } from "./database.ts";
import { lockRevision, raiseRevision } from "./deployments.ts";
import type { Tables } from "./schema.ts";

type Profiles = Pick<
  Registry,
  "profiles" | "profile" | "putProfile" | "deleteProfile" | "sawFields" | "seenFields"
>;

/** Names of fields that are kept of a profile; beyond, the old ones go. */
const mostSeen = 200;
const columns = ["name", "class", "description", "payload"] as const;

export function profiles(db: Database): Profiles {
  const all = () => db.selectFrom("profiles").select(columns);
  return {
    profiles: async () => (await all().orderBy("name").execute()).map(toProfile),

    async profile(name) {
      const row = await all().where("name", "=", name).executeTakeFirst();
      return row && toProfile(row);
    },

    putProfile: ({ name, class: deliveryClass, description, payload }) =>
      db.transaction().execute(async (tx) => {
        // Changes of what lanes are told happen one after another.
        await lockRevision(tx);
        const before = await enforced(tx, name);
        const now = payload?.enforce ? canonicalJson(payload) : undefined;
        if (before !== now) await raiseRevision(tx);
        const row = {
          class: deliveryClass,
          description,
          payload: payload ? canonicalJson(payload) : null,
        };
        const put = await tx
          .insertInto("profiles")
          .values({ name, ...row })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
          .returning(columns)
          .executeTakeFirstOrThrow();
        return toProfile(put);
      }),

    async deleteProfile(name) {
      if (name === "default")
        throw new MillraceError("conflict", 'The profile "default" is always there and cannot be deleted.');
      try {
        await db.transaction().execute(async (tx) => {
          if ((await enforced(tx, name)) !== undefined) await raiseRevision(tx);
          const gone = await tx.deleteFrom("profiles").where("name", "=", name).returning("name").execute();
          if (gone.length === 0) throw notFound("profile", name);
        });
      } catch (error) {
        if ((error as SqlError).constraint !== "devices_profile") throw error;
        throw new MillraceError(
          "conflict",
          `The profile "${name}" is in use; give its devices another one first.`,
        );
      }
    },

    async sawFields(profile, values) {
      await sql`
        insert into millrace.seen_fields as s (profile, fields)
        select name, ${storableJson(values)}::jsonb from millrace.profiles where name = ${profile}
        on conflict (profile) do update set fields = case
          when (select count(*) from jsonb_object_keys(s.fields)) < ${mostSeen} then s.fields || excluded.fields
          else excluded.fields end`.execute(db);
    },

    async seenFields(profile) {
      const { rows } = await sql<{ fields: Values }>`
        select fields from millrace.seen_fields where profile = ${profile}`.execute(db);
      return rows[0]?.fields ?? {};
    },
  };
}

/** The payload that lanes hold messages of the profile to, as canonical JSON. */
async function enforced(tx: Session, name: string): Promise<string | undefined> {
  const row = await tx.selectFrom("profiles").select("payload").where("name", "=", name).executeTakeFirst();
  return row?.payload?.enforce ? canonicalJson(row.payload) : undefined;
}

function toProfile({
  payload,
  ...row
}: Pick<Selectable<Tables["profiles"]>, (typeof columns)[number]>): Profile {
  return payload ? { ...row, payload: payload satisfies Payload } : row;
}
