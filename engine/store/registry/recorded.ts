import { sql } from "kysely";
import type { FlowVersion } from "../../model/flow.ts";
import type { RepositoryProblem } from "../../model/repository.ts";
import type { Value } from "../../model/value.ts";
import type { DeployedRow, Registry, RepositoryState } from "../registry.ts";
import { canonicalJson } from "./canonical.ts";
import type { Database } from "./database.ts";
import { toVersion } from "./versions.ts";

type Recorded = Pick<
  Registry,
  | "keepRepository"
  | "repositoryState"
  | "putRepositoryState"
  | "forgetCommits"
  | "pendingVersions"
  | "versionRecorded"
  | "deployedRows"
>;

/** What is in the flows repository, and who keeps it. */
export function recorded(db: Database): Recorded {
  return {
    async keepRepository(keeper, { leaseMs, insteadOf = keeper }) {
      const { rows } = await sql<{ keeper: string | null; left: number | string }>`
        select keeper, extract(epoch from kept_until - now()) * 1000 as left from millrace.flow_repository`.execute(
        db,
      );
      const { keeper: other = null, left } = rows[0] ?? {};
      // Written anew when half of it is over, and not at each look.
      if (other === keeper && leaseMs > 0 && Number(left) > leaseMs / 2) return null;
      const until = sql`now() + ${leaseMs} * interval '1 millisecond'`;
      const taken = await sql`
        update millrace.flow_repository set keeper = ${keeper}, kept_until = ${until}
        where keeper is null or keeper in (${keeper}, ${insteadOf}) or kept_until <= now() returning keeper`.execute(
        db,
      );
      return taken.rows.length > 0 ? null : other;
    },

    async repositoryState() {
      const { rows } = await sql<Omit<RepositoryState, "revision"> & { revision: number | string }>`
        select head, next, problems, revision,
          (select count(*)::int from millrace.flow_versions where commit is null) as pending,
          (select count(*)::int from millrace.flows) as flows
        from millrace.flow_repository, millrace.deployment_revision`.execute(db);
      return { ...rows[0]!, revision: Number(rows[0]!.revision) };
    },

    async deployedRows() {
      const { rows } = await sql<{ row: DeployedRow }>`
        select json_strip_nulls(row) as row from (
          select flow, 1 as place,
            json_build_object('flow', flow, 'version', version, 'hash', hash, 'forced', forced) as row
          from millrace.deployments join millrace.flow_versions using (flow, version)
          union all
          select flow, 2, json_build_object('flow', flow, 'version', version, 'hash', hash, 'forced', forced,
            'mode', mode, 'devices', devices, 'matchWithinMs', within_ms, 'rollBack', bounds)
          from millrace.candidates join millrace.flow_versions using (flow, version)
        ) as rows order by flow, place`.execute(db);
      return rows.map(({ row }) => row);
    },

    async putRepositoryState({ problems, ...places }) {
      const change = { ...places, ...(problems && { problems: problemsText(problems) }) };
      await db.updateTable("flow_repository").set(change).execute();
    },

    forgetCommits: () =>
      db.transaction().execute(async (tx) => {
        await tx.updateTable("flow_versions").set({ commit: null }).execute();
        await tx.updateTable("flow_repository").set({ head: "", next: null, problems: "[]" }).execute();
      }),

    async pendingVersions(limit) {
      const rows = await db
        .selectFrom("flow_versions")
        .selectAll()
        .where("commit", "is", null)
        .orderBy("created_at")
        .orderBy("flow")
        .orderBy("version")
        .limit(limit)
        .execute();
      return inOrder(rows.map((row) => ({ ...toVersion(row), cases: row.cases as Value[] })));
    },

    async versionRecorded({ flow, version, cases }, commit) {
      await db
        .updateTable("flow_versions")
        .set({ commit })
        .where("flow", "=", flow)
        .where("version", "=", version)
        // Cases that were put meanwhile are still to be recorded.
        .where(sql<boolean>`cases::text = ${canonicalJson(cases)}`)
        .execute();
    },
  };
}

const problemsText = (problems: readonly RepositoryProblem[]) => canonicalJson(problems);

/** Those of one flow by their number, whatever their times say. */
function inOrder<V extends FlowVersion>(versions: V[]): V[] {
  const numbers = new Map<string, V[]>();
  for (const version of versions) numbers.set(version.flow, [...(numbers.get(version.flow) ?? []), version]);
  for (const own of numbers.values()) own.sort((a, b) => b.version - a.version);
  return versions.map(({ flow }) => numbers.get(flow)!.pop()!);
}
