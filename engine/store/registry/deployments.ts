import { sql } from "kysely";
import { refuseDeployment } from "../../flow/check-handings.ts";
import { tablesIn } from "../../flow/field-reads.ts";
import type { Candidate } from "../../model/candidate.ts";
import { MillraceError } from "../../model/errors.ts";
import type { DeployedFlow, Deployment, Flow } from "../../model/flow.ts";
import type { Problem } from "../../model/problem.ts";
import type { Registry } from "../registry.ts";
import { beginCandidate, endCandidate } from "./candidates.ts";
import type { Database, Session } from "./database.ts";
import { record } from "./deployment-log.ts";
import { instant } from "./instant.ts";
import { boundTables, usedTables } from "./tables.ts";

type Deployments = Pick<Registry, "deploy" | "beginCandidate" | "abandonCandidate" | "deployment">;

export function deployments(db: Database): Deployments {
  let known: Deployment | undefined;

  /** Changes what runs, and gives what runs then; throws with that code where it cannot run together. */
  async function change(
    id: string,
    code: "conflict" | "invalid_flow",
    work: (tx: Session, revision: number) => Promise<void>,
  ): Promise<Deployment> {
    known = await db.transaction().execute(async (tx) => {
      // Takes the row's lock first, so that deployments happen one after another.
      await raiseRevision(tx);
      await work(tx, await readRevision(tx));
      const deployment = await readDeployment(tx);
      await boundTables(tx);
      const problem = refused(deployment, id);
      if (problem) throw new MillraceError(code, problem.message, { problems: [problem] });
      return deployment;
    });
    return known;
  }

  return {
    deploy: (id, version, mode, forced) =>
      change(id, mode === "off" ? "conflict" : "invalid_flow", async (tx, revision) => {
        const ended = await endCandidate(tx, id);
        if (mode === "off") await tx.deleteFrom("deployments").where("flow", "=", id).execute();
        else await run(tx, id, version, forced);
        const isPromoted = mode === "live" && ended?.version === version;
        if (ended && !isPromoted) await record(tx, revision, { ...ended, change: "replaced" });
        await record(tx, revision, {
          flow: id,
          version,
          change: isPromoted ? "promoted" : mode,
          reason: forced,
        });
      }),

    beginCandidate: (id, version, candidate) =>
      change(id, "invalid_flow", async (tx, revision) => {
        const definition = await definitionOf(tx, id, version);
        const ended = await endCandidate(tx, id);
        if (ended) await record(tx, revision, { ...ended, change: "replaced" });
        await beginCandidate(tx, revision, {
          ...candidate,
          flow: id,
          version,
          asks: JSON.stringify(askedTypes(definition)),
          tables: tablesText(definition),
        });
      }),

    abandonCandidate: (id, version) =>
      change(id, "conflict", async (tx, revision) => {
        const ended = await endCandidate(tx, id);
        if (ended?.version !== version)
          throw new MillraceError(
            "conflict",
            `Version ${version} of flow "${id}" runs neither in shadow nor for some devices, so it cannot be taken back.`,
          );
        await record(tx, revision, { ...ended, change: "abandoned" });
      }),

    async deployment() {
      const revision = await readRevision(db);
      if (known?.revision !== revision) known = await readDeployment(db);
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

/** Why the flows cannot run together, those that are live, and those for some devices in their place. */
function refused({ flows, candidates = [] }: Deployment, changed: string): Problem | undefined {
  const problem = refuseDeployment(flows, changed);
  if (problem || candidates.length === 0) return problem;
  const byId = new Map<string, DeployedFlow>();
  for (const each of [...flows, ...candidates]) byId.set(each.definition.id, each);
  return refuseDeployment([...byId.values()], changed);
}

async function definitionOf(tx: Session, flow: string, version: number): Promise<Flow> {
  const found = await tx
    .selectFrom("flow_versions")
    .select("definition")
    .where("flow", "=", flow)
    .where("version", "=", version)
    .executeTakeFirst();
  if (!found) throw new MillraceError("not_found", `Flow "${flow}" has no version ${version}.`);
  return found.definition;
}

async function run(tx: Session, flow: string, version: number, forced: string | undefined) {
  const definition = await definitionOf(tx, flow, version);
  const asks = JSON.stringify(askedTypes(definition));
  const row = {
    version,
    deployed_at: instant(Date.now()),
    asks,
    tables: tablesText(definition),
    forced: forced ?? null,
  };
  await tx
    .insertInto("deployments")
    .values({ flow, ...row })
    .onConflict((conflict) => conflict.column("flow").doUpdateSet(row))
    .execute();
}

const tablesText = (flow: Flow) => JSON.stringify([...new Set(tablesIn(flow).map(({ name }) => name))]);

/** Types of messages that the flow's inputs name: what no flow asks for need not be told. */
function askedTypes({ nodes }: Flow): string[] {
  const types = nodes.flatMap(({ kind, config }) => (kind === "input" ? (config.types ?? []) : []));
  return [...new Set(types)].filter((type) => typeof type === "string");
}

export async function readRevision(db: Session): Promise<number> {
  const row = await db.selectFrom("deployment_revision").select("revision").executeTakeFirstOrThrow();
  return Number(row.revision);
}

type Row = { [name in keyof Candidate]-?: Exclude<Candidate[name], undefined> | null };

function toCandidate({ devices, withinMs, ...rest }: Row): Candidate {
  const candidate = rest as Candidate;
  if (devices) candidate.devices = devices;
  if (withinMs !== null) candidate.withinMs = withinMs;
  return candidate;
}

/** Revision and flows of one moment, in one statement. */
export async function readDeployment(db: Session): Promise<Deployment> {
  const { rows } = await sql<{
    revision: number | string;
    flows: DeployedFlow[];
    payloads: Deployment["payloads"] | null;
    tables: Deployment["tables"] | null;
    candidates: Row[] | null;
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
    ) as tables, (
      select json_agg(json_build_object('id', c.id, 'mode', mode, 'version', version, 'devices', devices,
        'withinMs', within_ms, 'definition', definition) order by flow)
      from millrace.candidates c join millrace.flow_versions using (flow, version)
    ) as candidates
    from millrace.deployment_revision`.execute(db);
  const { revision = 0, flows = [], payloads, tables, candidates } = rows[0] ?? {};
  return {
    revision: Number(revision),
    flows,
    ...(payloads && { payloads }),
    ...(tables && { tables }),
    ...(candidates && { candidates: candidates.map(toCandidate) }),
  };
}
