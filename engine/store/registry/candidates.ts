import type { Selectable } from "kysely";
import { MillraceError } from "../../model/errors.ts";
import type { FlowCandidate, NewCandidate, Registry } from "../registry.ts";
import type { Database, Session } from "./database.ts";
import { record } from "./deployment-log.ts";
import { instant, iso } from "./instant.ts";
import type { Tables } from "./schema.ts";

export function candidates(db: Database): Pick<Registry, "candidate" | "comparison"> {
  return {
    async candidate(id) {
      const row = await db.selectFrom("candidates").selectAll().where("flow", "=", id).executeTakeFirst();
      return row && toCandidate(row);
    },

    async comparison(candidate) {
      const counts = await db
        .selectFrom("shadow_counts")
        .select(["what", "verdict", "count"])
        .where("candidate", "=", candidate)
        .where("count", ">", 0)
        .execute();
      const examples = await db
        .selectFrom("shadow_examples")
        .select(["what", "verdict", "example"])
        .where("candidate", "=", candidate)
        .orderBy("seq", "desc")
        .execute();
      return {
        counts: counts.map(({ count, ...row }) => ({ ...row, count: Number(count) })),
        examples: examples.map(({ what, verdict, example }) => ({ what, verdict, ...example })),
      };
    },
  };
}

export function toCandidate(row: Selectable<Tables["candidates"]>): FlowCandidate {
  const { version, mode, devices, bounds, forced, errors, alarms } = row;
  return {
    id: Number(row.id),
    version,
    mode,
    devices,
    withinMs: row.within_ms,
    bounds,
    forced,
    errors,
    alarms,
    beganAt: iso(row.began_at),
  };
}

/** Throws conflict where the version is live already, or there is none that others could keep. */
export async function beginCandidate(
  tx: Session,
  revision: number,
  candidate: NewCandidate & { flow: string; version: number; asks: string; tables: string },
): Promise<void> {
  const { flow, version, mode, devices, withinMs, bounds, forced, asks, tables } = candidate;
  const live = await tx
    .selectFrom("deployments")
    .select("version")
    .where("flow", "=", flow)
    .executeTakeFirst();
  if (live?.version === version)
    throw new MillraceError(
      "conflict",
      `Version ${version} of flow "${flow}" is live for all devices already.`,
    );
  if (!live && mode === "canary")
    throw new MillraceError(
      "conflict",
      `Flow "${flow}" does not run, so that the other devices would have no version; deploy one to all, or run this one in shadow.`,
    );
  await tx
    .insertInto("candidates")
    .values({
      id: revision,
      flow,
      version,
      mode,
      devices: devices ? JSON.stringify(devices) : null,
      within_ms: withinMs ?? null,
      bounds: bounds ? JSON.stringify(bounds) : null,
      asks,
      tables,
      forced: forced ?? null,
      began_at: instant(Date.now()),
    })
    .execute();
  await record(tx, revision, { flow, version, change: mode, devices: devices ?? null, reason: forced });
}

/** Ends what runs beside the live version of the flow, and all that was counted of it. Undefined where nothing does. */
export async function endCandidate(tx: Session, flow: string) {
  return tx
    .deleteFrom("candidates")
    .where("flow", "=", flow)
    .returning(["flow", "version", "devices"])
    .executeTakeFirst();
}
