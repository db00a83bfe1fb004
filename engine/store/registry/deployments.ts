import { sql } from "kysely";
import { refuseDeployment } from "../../flow/check-handings.ts";
import { MillraceError } from "../../model/errors.ts";
import type { DeployedFlow, Deployment, Flow } from "../../model/flow.ts";
import type { DeployedRow, Registry } from "../registry.ts";
import type { Database, Session } from "./database.ts";
import { instant } from "./instant.ts";

type Deployments = Pick<Registry, "deploy" | "deployment" | "deployedRows" | "runAs">;

export function deployments(db: Database): Deployments {
  let known: Deployment | undefined;

  /** Changes how the flow runs, and gives what runs then; throws where it cannot run so. */
  async function change(id: string, isOff: boolean, work: (tx: Session) => Promise<unknown>) {
    known = await db.transaction().execute(async (tx) => {
      // Takes the row's lock first, so that deployments happen one after another.
      await raiseRevision(tx);
      await work(tx);
      const deployment = await read(tx);
      const problem = refuseDeployment(deployment.flows, id);
      if (problem)
        throw new MillraceError(isOff ? "conflict" : "invalid_flow", problem.message, {
          problems: [problem],
        });
      return deployment;
    });
    return known;
  }

  return {
    deploy: (id, version, mode, forced) =>
      change(id, mode === "off", (tx) => (mode === "off" ? off(tx, id) : run(tx, id, version, { forced }))),

    runAs: (id, rows) =>
      change(id, rows.length === 0, async (tx) => {
        await off(tx, id);
        for (const { version, ...more } of rows) await run(tx, id, version, await fitting(tx, more));
      }),

    async deployedRows() {
      const rows = await db
        .selectFrom("deployments")
        .innerJoin("flow_versions as of", (on) =>
          on.onRef("of.flow", "=", "deployments.flow").onRef("of.version", "=", "deployments.version"),
        )
        .selectAll("deployments")
        .select("of.hash")
        .orderBy("deployments.flow")
        .execute();
      return rows.map(({ asks: _, ...row }) => {
        const told = Object.entries(row).filter(([, value]) => value !== null && !(value instanceof Date));
        return Object.fromEntries(told) as DeployedRow;
      });
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

const off = (tx: Session, flow: string) => tx.deleteFrom("deployments").where("flow", "=", flow).execute();

/** Throws invalid_body for what deployments do not have; JSON becomes text. */
async function fitting(tx: Session, more: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ name: string; type: string }>`
    select column_name as name, data_type as type from information_schema.columns
    where table_schema = 'millrace' and table_name = 'deployments'`.execute(tx);
  const types = new Map(rows.map(({ name, type }) => [name, type]));
  return Object.fromEntries(
    Object.entries(more).map(([name, value]) => {
      const type = types.get(name);
      if (type === undefined)
        throw new MillraceError("invalid_body", `A deployment has no "${name}"; take it out.`);
      return [name, type.startsWith("json") ? JSON.stringify(value) : value];
    }),
  );
}

async function run(tx: Session, flow: string, version: number, more: Record<string, unknown>) {
  const found = await tx
    .selectFrom("flow_versions")
    .select(["version", "definition"])
    .where("flow", "=", flow)
    .where("version", "=", version)
    .executeTakeFirst();
  if (!found) throw new MillraceError("not_found", `Flow "${flow}" has no version ${version}.`);
  const asks = JSON.stringify(askedTypes(found.definition));
  const row = {
    version,
    deployed_at: instant(Date.now()),
    asks,
    ...more,
    forced: (more.forced as string) ?? null,
  };
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
  }>`
    select revision, coalesce((
      select json_agg(json_build_object('version', version, 'definition', definition) order by flow)
      from millrace.deployments join millrace.flow_versions using (flow, version)
    ), '[]') as flows, (
      select json_object_agg(name, payload order by name) from millrace.profiles
      where payload ->> 'enforce' = 'true'
    ) as payloads
    from millrace.deployment_revision`.execute(db);
  const { revision = 0, flows = [], payloads } = rows[0] ?? {};
  return { revision: Number(revision), flows, ...(payloads && { payloads }) };
}
