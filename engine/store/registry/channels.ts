import type { Selectable } from "kysely";
import type { Channel } from "../../model/channel.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Registry } from "../registry.ts";
import { type Database, notFound } from "./database.ts";
import { instant, iso } from "./instant.ts";
import type { Tables } from "./schema.ts";

type Channels = Pick<Registry, "channels" | "channel" | "channelSecret" | "putChannel" | "deleteChannel">;

export function channels(db: Database): Channels {
  return {
    channels: async () =>
      (await db.selectFrom("channels").selectAll().orderBy("name").execute()).map(toChannel),

    async channel(name) {
      const row = await db.selectFrom("channels").selectAll().where("name", "=", name).executeTakeFirst();
      return row && toChannel(row);
    },

    async channelSecret(name) {
      const row = await db
        .selectFrom("channels")
        .select("secret")
        .where("name", "=", name)
        .executeTakeFirst();
      return row?.secret ?? undefined;
    },

    async putChannel({ name, description, settings, secret }) {
      const row = {
        description,
        settings: storableJson(settings),
        updated_at: instant(Date.now()),
        // Left out, it stays as it was.
        ...(secret !== undefined && { secret }),
      };
      const put = await db
        .insertInto("channels")
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
        .returningAll()
        .executeTakeFirstOrThrow();
      return toChannel(put);
    },

    async deleteChannel(name) {
      const gone = await db.deleteFrom("channels").where("name", "=", name).returning("name").execute();
      if (gone.length === 0) throw notFound("channel", name);
    },
  };
}

function toChannel({ secret, updated_at, ...row }: Selectable<Tables["channels"]>): Channel {
  return { ...row, hasSecret: secret !== null, updatedAt: iso(updated_at) };
}
