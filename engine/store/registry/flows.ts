import { MillraceError } from "../../model/errors.ts";
import type { Flow } from "../../model/flow.ts";
import type { Value } from "../../model/value.ts";
import type { Registry } from "../registry.ts";
import { toCandidate } from "./candidates.ts";
import { canonicalJson, entityTag } from "./canonical.ts";
import { type Database, notFound } from "./database.ts";
import { toRecord } from "./deployment-log.ts";
import { instant, iso } from "./instant.ts";

type Drafts = Pick<Registry, "flows" | "draft" | "putDraft" | "deleteFlow" | "cases" | "putCases">;

export function flows(db: Database): Drafts {
  async function create(flow: Flow, row: { name: string; etag: string; draft: string; updated_at: string }) {
    const made = await db
      .insertInto("flows")
      .values({ id: flow.id, ...row })
      .onConflict((conflict) => conflict.doNothing())
      .returning("etag")
      .executeTakeFirst();
    if (!made)
      throw new MillraceError("conflict", `There is a flow "${flow.id}" already; send its ETag in If-Match.`);
    return made;
  }

  return {
    async flows() {
      const rows = await db
        .selectFrom("flows")
        .leftJoin("deployments", "deployments.flow", "flows.id")
        .select([
          "flows.id",
          "name",
          "etag",
          "updated_at",
          "deployments.version as live",
          "deployments.forced",
        ])
        .select((select) =>
          select
            .selectFrom("flow_versions")
            .whereRef("flow_versions.flow", "=", "flows.id")
            .select((max) => max.fn.max("flow_versions.version").as("version"))
            .as("latestVersion"),
        )
        .orderBy("flows.id")
        .execute();
      const beside = new Map(
        (await db.selectFrom("candidates").selectAll().execute()).map((row) => [row.flow, toCandidate(row)]),
      );
      const last = await db
        .selectFrom("deployment_log")
        .distinctOn("flow")
        .selectAll()
        .orderBy("flow")
        .orderBy("seq", "desc")
        .execute();
      const rolledBack = new Map(
        last.filter(({ change }) => change === "rolled-back").map((row) => [row.flow, toRecord(row)]),
      );
      return rows.map(({ updated_at, ...row }) => ({
        ...row,
        updatedAt: iso(updated_at),
        candidate: beside.get(row.id) ?? null,
        rolledBack: rolledBack.get(row.id) ?? null,
      }));
    },

    async draft(id) {
      const row = await db.selectFrom("flows").selectAll().where("id", "=", id).executeTakeFirst();
      return row && { flow: row.draft, etag: row.etag, updatedAt: iso(row.updated_at) };
    },

    async putDraft(flow, ifMatch) {
      const draft = canonicalJson(flow);
      const row = { name: flow.name, etag: entityTag(draft), draft, updated_at: instant(Date.now()) };
      if (ifMatch === undefined) return create(flow, row);
      let update = db.updateTable("flows").set(row).where("id", "=", flow.id).returning("etag");
      if (ifMatch !== "*") update = update.where("etag", "=", ifMatch);
      const put = await update.executeTakeFirst();
      if (!put)
        throw new MillraceError(
          "stale",
          `The draft of flow "${flow.id}" was changed or deleted meanwhile; load it again.`,
        );
      return put;
    },

    async cases(id) {
      const row = await db.selectFrom("flows").select("cases").where("id", "=", id).executeTakeFirst();
      return row && { cases: row.cases as Value[], etag: entityTag(canonicalJson(row.cases)) };
    },

    putCases: (id, cases, ifMatch) =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom("flows")
          .select("cases")
          .where("id", "=", id)
          .forUpdate()
          .executeTakeFirst();
        if (!row) throw notFound("flow", id);
        if (ifMatch !== "*" && ifMatch !== entityTag(canonicalJson(row.cases)))
          throw new MillraceError(
            "stale",
            `The cases of flow "${id}" were changed meanwhile; load them again.`,
          );
        const put = canonicalJson(cases);
        await tx.updateTable("flows").set({ cases: put }).where("id", "=", id).execute();
        return { etag: entityTag(put) };
      }),

    deleteFlow: (id) =>
      db.transaction().execute(async (tx) => {
        const live = await tx.selectFrom("deployments").select("version").where("flow", "=", id).execute();
        if (live[0])
          throw new MillraceError(
            "conflict",
            `Flow "${id}" runs as version ${live[0].version}; switch it off first.`,
          );
        const beside = await tx.selectFrom("candidates").select("version").where("flow", "=", id).execute();
        if (beside[0])
          throw new MillraceError(
            "conflict",
            `Version ${beside[0].version} of flow "${id}" runs in shadow; take it back first.`,
          );
        const gone = await tx.deleteFrom("flows").where("id", "=", id).returning("id").execute();
        if (gone.length === 0) throw notFound("flow", id);
      }),
  };
}
