import type { Selectable } from "kysely";
import type { Cohort, DeploymentChange } from "../../model/candidate.ts";
import type { DeploymentRecord, Registry } from "../registry.ts";
import type { Database, Session } from "./database.ts";
import { instant, iso } from "./instant.ts";
import type { Tables } from "./schema.ts";

/** Notes a change of what runs of a flow, in the transaction that makes it. */
export async function record(
  tx: Session,
  revision: number,
  change: {
    flow: string;
    version: number;
    change: DeploymentChange;
    devices?: Cohort | null;
    reason?: string | undefined;
  },
): Promise<void> {
  const { devices, reason, ...row } = change;
  await tx
    .insertInto("deployment_log")
    .values({
      ...row,
      revision,
      devices: devices ? JSON.stringify(devices) : null,
      reason: reason ?? null,
      at: instant(Date.now()),
    })
    .execute();
}

export function deploymentLog(db: Database): Pick<Registry, "deploymentLog"> {
  return {
    async deploymentLog(id, limit) {
      const rows = await db
        .selectFrom("deployment_log")
        .selectAll()
        .where("flow", "=", id)
        .orderBy("seq", "desc")
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },
  };
}

export function toRecord(row: Selectable<Tables["deployment_log"]>): DeploymentRecord {
  const { version, change, devices, reason } = row;
  return { revision: Number(row.revision), version, change, devices, reason, at: iso(row.at) };
}
