import type { Registry, TakenVersion } from "../registry.ts";
import { canonicalJson, contentHash, entityTag } from "./canonical.ts";
import type { Database, Session } from "./database.ts";
import { instant } from "./instant.ts";
import { keepCases, newestVersion, toVersion } from "./versions.ts";

/** A version that was made outside: in the flows repository. */
export function takingVersions(db: Database): Pick<Registry, "takeVersion"> {
  return {
    takeVersion: (taken) =>
      db.transaction().execute(async (tx) => {
        const { flow, cases, message, author } = taken;
        const isNew = await lockFlow(tx, taken);
        const newest = await newestVersion(tx, flow.id);
        const hash = contentHash(flow);
        if (newest && (newest.hash === hash || (taken.version ?? newest.version + 1) <= newest.version)) {
          if (newest.hash === hash) await keepCases(tx, newest, canonicalJson(cases));
          await followDraft(tx, taken, newest.hash);
          return { version: toVersion(newest), created: false };
        }
        const row = await tx
          .insertInto("flow_versions")
          .values({
            flow: flow.id,
            version: taken.version ?? (newest?.version ?? 0) + 1,
            message,
            author,
            hash,
            definition: canonicalJson(flow),
            cases: canonicalJson(cases),
            created_at: instant(taken.at),
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        if (!isNew) await followDraft(tx, taken, newest?.hash);
        return { version: toVersion(row), created: true };
      }),
  };
}

const draftOf = ({ flow, cases, at }: TakenVersion) => {
  const draft = canonicalJson(flow);
  const times = { updated_at: instant(at) };
  return { name: flow.name, etag: entityTag(draft), draft, cases: canonicalJson(cases), ...times };
};

/** Locks the flow's row, which numbers versions one after another; true where the flow is made by it. */
async function lockFlow(tx: Session, taken: TakenVersion): Promise<boolean> {
  const made = await tx
    .insertInto("flows")
    .values({ id: taken.flow.id, ...draftOf(taken) })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!made) await tx.selectFrom("flows").select("id").where("id", "=", taken.flow.id).forUpdate().execute();
  return made !== undefined;
}

/** A draft that nobody has changed since the last version follows; one that somebody works on stays. */
async function followDraft(tx: Session, taken: TakenVersion, newestHash: string | undefined) {
  const row = await tx.selectFrom("flows").select("draft").where("id", "=", taken.flow.id).executeTakeFirst();
  if (row && contentHash(row.draft) === newestHash)
    await tx.updateTable("flows").set(draftOf(taken)).where("id", "=", taken.flow.id).execute();
}
