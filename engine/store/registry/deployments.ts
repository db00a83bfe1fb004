import { sql } from "kysely";
import { refuseDeployment } from "../../flow/check-handings.ts";
import { tablesIn } from "../../flow/field-reads.ts";
import { MillraceError } from "../../model/errors.ts";
import type { DeployedFlow, Deployment, Flow } from "../../model/flow.ts";
import type { Registry } from "../registry.ts";
import type { Database, Session } from "./database.ts";
import { instant } from "./instant.ts";
import { boundTables, usedTables } from "./tables.ts";

type Deployments = Pick<Registry, "deploy" | "deployment">;

export function deployments(db: Database): Deployments {
  let known: Deployment | undefined;

  return {
    async deploy(id, version, mode, forced) {
      known = await db.transaction().execute(async (tx) => {
        // Takes the row's lock first, so that deployments happen one after another.
        await raiseRevision(tx);
        if (mode === "off") await tx.deleteFrom("deployments").where("flow", "=", id).execute();
        else await run(tx, id, version, forced);
        const deployment = await read(tx);
        await boundTables(tx);
        const problem = refuseDeployment(deployment.flows, id);
        if (problem)
          throw new MillraceError(mode === "off" ? "conflict" : "invalid_flow", problem.message, {
            problems: [problem],
          });
        return deployment;
      });
      return known;
    },

    async deployment() {
      const revision = await readRevision(db);
      if (known?.revision !== revision) known = await read(db);
      return known;
    },
  };
}

/** Lanes are told anew of all that a deployment holds. */
export async function raiseRevision(tx: Session) {
  await tx
    .updateTable("deployment_revision")
    .set({ revision: sql`revision + 1` as never })
    .execute();
}

export async function lockRevision(tx: Session) {
  await tx.selectFrom("deployment_revision").select("revision").forUpdate().execute();
}

async function run(tx: Session, flow: string, version: number, forced: string | undefined) {
  const found = await tx
    .selectFrom("flow_versions")
    .select(["version", "definition"])
    .where("flow", "=", flow)
    .where("version", "=", version)
    .executeTakeFirst();
  if (!found) throw new MillraceError("not_found", `Flow "${flow}" has no version ${version}.`);
  const asks = JSON.stringify(askedTypes(found.definition));
  const tables = JSON.stringify([...new Set(tablesIn(found.definition).map(({ name }) => name))]);
  const row = { version, deployed_at: instant(Date.now()), asks, tables, forced: forced ?? null };
  await tx
    .insertInto("deployments")
    .values({ flow, ...row })
    .onConflict((conflict) => conflict.column("flow").doUpdateSet(row))
    .execute();
}

/** Types of messages that the flow's inputs name: what no flow asks for need not be told. */
function askedTypes({ nodes }: Flow): string[] {
  const types = nodes.flatMap(({ kind, config }) => (kind === "input" ? (config.types ?? []) : []));
  return [...new Set(types)].filter((type) => typeof type === "string");
}

async function readRevision(db: Session): Promise<number> {
  const row = await db.selectFrom("deployment_revision").select("revision").executeTakeFirstOrThrow();
  return Number(row.revision);
}

/** Revision and flows of one moment, in one statement. */
async function read(db: Session): Promise<Deployment> {
  const { rows } = await sql<{
    revision: number | string;
    flows: DeployedFlow[];
    payloads: Deployment["payloads"] | null;
    tables: Deployment["tables"] | null;
  }>`
    select revision, coalesce((
      select json_agg(json_build_object('version', version, 'definition', definition) order by flow)
      from millrace.deployments join millrace.flow_versions using (flow, version)
    ), '[]') as flows, (
      select json_object_agg(name, payload order by name) from millrace.profiles
      where payload ->> 'enforce' = 'true'
    ) as payloads, (
      select json_object_agg(name, json_build_object('columns', columns, 'key', key, 'rows', rows) order by name)
      from millrace.tables where name in (${usedTables})
    ) as tables
    from millrace.deployment_revision`.execute(db);
  const { revision = 0, flows = [], payloads, tables } = rows[0] ?? {};
  return { revision: Number(revision), flows, ...(payloads && { payloads }), ...(tables && { tables }) };
}
