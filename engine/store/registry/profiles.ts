import { MillraceError } from "../../model/errors.ts";
import type { Registry } from "../registry.ts";
import type { SqlError } from "../sql.ts";
import { type Database, notFound } from "./database.ts";

type Profiles = Pick<Registry, "profiles" | "profile" | "putProfile" | "deleteProfile">;

export function profiles(db: Database): Profiles {
  const all = () => db.selectFrom("profiles").select(["name", "class", "description"]);
  return {
    profiles: () => all().orderBy("name").execute(),

    profile: (name) => all().where("name", "=", name).executeTakeFirst(),

    async putProfile(profile) {
      const { name, class: deliveryClass, description } = profile;
      const row = { class: deliveryClass, description };
      return db
        .insertInto("profiles")
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
        .returning(["name", "class", "description"])
        .executeTakeFirstOrThrow();
    },

    async deleteProfile(name) {
      if (name === "default")
        throw new MillraceError("conflict", 'The profile "default" is always there and cannot be deleted.');
      try {
        const gone = await db.deleteFrom("profiles").where("name", "=", name).returning("name").execute();
        if (gone.length === 0) throw notFound("profile", name);
      } catch (error) {
        if ((error as SqlError).constraint !== "devices_profile") throw error;
        throw new MillraceError(
          "conflict",
          `The profile "${name}" is in use; give its devices another one first.`,
        );
      }
    },
  };
}
