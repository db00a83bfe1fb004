import type { Selectable } from "kysely";
import type { FlowVersion } from "../../model/flow.ts";
import type { Value } from "../../model/value.ts";
import type { Registry } from "../registry.ts";
import { canonicalJson, contentHash } from "./canonical.ts";
import { type Database, notFound, type Session } from "./database.ts";
import { instant, iso } from "./instant.ts";
import type { Tables } from "./schema.ts";

type Versions = Pick<Registry, "createVersion" | "versions" | "version" | "versionCases">;

export function versions(db: Database): Versions {
  return {
    createVersion: (id, message, author) =>
      db.transaction().execute(async (tx) => {
        // The lock on the draft numbers versions one after another.
        const draft = await tx
          .selectFrom("flows")
          .select(["draft", "cases"])
          .where("id", "=", id)
          .forUpdate()
          .executeTakeFirst();
        if (!draft) throw notFound("flow", id);
        const newest = await newestVersion(tx, id);
        const hash = contentHash(draft.draft);
        const cases = canonicalJson(draft.cases);
        if (newest?.hash === hash) {
          // What runs stays the same; it is tested by the cases of today.
          await keepCases(tx, newest, cases);
          return toVersion(newest);
        }
        const row = await tx
          .insertInto("flow_versions")
          .values({
            flow: id,
            version: (newest?.version ?? 0) + 1,
            message,
            author,
            hash,
            definition: canonicalJson(draft.draft),
            cases,
            created_at: instant(Date.now()),
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return toVersion(row);
      }),

    async versions(id) {
      const rows = await db
        .selectFrom("flow_versions")
        .select(["flow", "version", "message", "author", "hash", "commit", "created_at"])
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

    async versionCases(id, version) {
      const row = await db
        .selectFrom("flow_versions")
        .select("cases")
        .where("flow", "=", id)
        .where("version", "=", version)
        .executeTakeFirst();
      return (row?.cases ?? []) as Value[];
    },
  };
}

type VersionRow = Selectable<Tables["flow_versions"]>;

export function newestVersion(tx: Session, flow: string): Promise<VersionRow | undefined> {
  return tx
    .selectFrom("flow_versions")
    .selectAll()
    .where("flow", "=", flow)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** A version keeps its number with other cases; the flows repository has yet to learn of them. */
export async function keepCases(tx: Session, { flow, version, cases: before }: VersionRow, cases: string) {
  if (canonicalJson(before) === cases) return;
  await tx
    .updateTable("flow_versions")
    .set({ cases, commit: null })
    .where("flow", "=", flow)
    .where("version", "=", version)
    .execute();
}

export function toVersion({ created_at, cases: _, ...row }: VersionRow): FlowVersion {
  return { ...row, createdAt: iso(created_at) };
}
