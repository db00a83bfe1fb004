import type { Selectable } from "kysely";
import type { FlowVersion } from "../../model/flow.ts";
import type { Registry } from "../registry.ts";
import { canonicalJson, contentHash } from "./canonical.ts";
import { type Database, notFound } from "./database.ts";
import { instant, iso } from "./instant.ts";
import type { Tables } from "./schema.ts";

type Versions = Pick<Registry, "createVersion" | "versions" | "version">;

export function versions(db: Database): Versions {
  return {
    createVersion: (id, message) =>
      db.transaction().execute(async (tx) => {
        // The lock on the draft numbers versions one after another.
        const draft = await tx
          .selectFrom("flows")
          .select("draft")
          .where("id", "=", id)
          .forUpdate()
          .executeTakeFirst();
        if (!draft) throw notFound("flow", id);
        const newest = await tx
          .selectFrom("flow_versions")
          .selectAll()
          .where("flow", "=", id)
          .orderBy("version", "desc")
          .limit(1)
          .executeTakeFirst();
        const hash = contentHash(draft.draft);
        if (newest?.hash === hash) return toVersion(newest);
        const row = await tx
          .insertInto("flow_versions")
          .values({
            flow: id,
            version: (newest?.version ?? 0) + 1,
            message,
            hash,
            definition: canonicalJson(draft.draft),
            created_at: instant(Date.now()),
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return toVersion(row);
      }),

    async versions(id) {
      const rows = await db
        .selectFrom("flow_versions")
        .select(["flow", "version", "message", "hash", "created_at"])
        .where("flow", "=", id)
        .orderBy("version", "desc")
        .execute();
      return rows.map(({ created_at, ...row }) => ({ ...row, createdAt: iso(created_at) }));
    },

    async version(id, version) {
      const row = await db
        .selectFrom("flow_versions")
        .selectAll()
        .where("flow", "=", id)
        .where("version", "=", version)
        .executeTakeFirst();
      return row && toVersion(row);
    },
  };
}

function toVersion({ created_at, ...row }: Selectable<Tables["flow_versions"]>): FlowVersion {
  return { ...row, createdAt: iso(created_at) };
}
