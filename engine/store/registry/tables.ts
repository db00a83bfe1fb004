import { type Selectable, sql } from "kysely";
import { columnsIn } from "../../flow/field-reads.ts";
import { MillraceError } from "../../model/errors.ts";
import { storableJson } from "../../model/storable-json.ts";
import { type NewTable, type Table, type TableSummary, usedTableBytes } from "../../model/table.ts";
import type { Registry } from "../registry.ts";
import { canonicalJson } from "./canonical.ts";
import { type Database, notFound, type Session } from "./database.ts";
import { lockRevision, raiseRevision } from "./deployments.ts";
import { instant, iso } from "./instant.ts";
import type { Tables } from "./schema.ts";

type Row = Selectable<Tables["tables"]>;
type Shown = Omit<Row, "rows" | "bytes">;

/** Names of the tables that flows which run use. */
export const usedTables = sql`
  select jsonb_array_elements_text(tables) from millrace.deployments
  union select jsonb_array_elements_text(tables) from millrace.candidates`;

const shown = ["name", "description", "columns", "key", "row_count", "version", "updated_at"] as const;

export function tables(db: Database): Pick<Registry, "tables" | "table" | "putTable" | "deleteTable"> {
  return {
    async tables() {
      const rows = await db.selectFrom("tables").select(shown).orderBy("name").execute();
      const users = await usersOf(db);
      return rows.map((row) => toSummary(row, users));
    },

    async table(name) {
      const row = await db.selectFrom("tables").selectAll().where("name", "=", name).executeTakeFirst();
      return row && toTable(row, await usersOf(db));
    },

    putTable: (name, table, ifMatch) =>
      db.transaction().execute(async (tx) => {
        // Changes of what lanes are told happen one after another.
        await lockRevision(tx);
        const before = await tx.selectFrom("tables").selectAll().where("name", "=", name).executeTakeFirst();
        requireMatch(name, before, ifMatch);
        const users = await usersOf(tx);
        if (users.get(name)) await requireColumns(tx, name, table);
        const row = rowOf(table, (before?.version ?? 0) + 1);
        const put = await tx
          .insertInto("tables")
          .values({ name, ...row })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
          .returningAll()
          .executeTakeFirstOrThrow();
        if (users.get(name) && before && contentOf(before) !== contentOf(put)) {
          await boundTables(tx);
          await raiseRevision(tx);
        }
        return toTable(put, users);
      }),

    deleteTable: (name) =>
      db.transaction().execute(async (tx) => {
        await lockRevision(tx);
        const [user] = (await usersOf(tx)).get(name) ?? [];
        if (user)
          throw new MillraceError(
            "conflict",
            `The flow "${user}" runs and looks something up in "${name}"; change or switch off the flow first.`,
          );
        const gone = await tx.deleteFrom("tables").where("name", "=", name).returning("name").execute();
        if (gone.length === 0) throw notFound("table", name);
      }),
  };
}

/** Refuses more than lanes are to be told of. */
export async function boundTables(tx: Session) {
  const { rows } = await sql<{ bytes: number | null }>`
    select sum(bytes)::float8 as bytes from millrace.tables where name in (${usedTables})`.execute(tx);
  const bytes = rows[0]?.bytes ?? 0;
  if (bytes <= usedTableBytes) return;
  const [is, most] = [bytes, usedTableBytes].map((each) => (each / 1_048_576).toFixed(1));
  throw new MillraceError(
    "conflict",
    `The tables that running flows use would have ${is} MB together, of at most ${most} MB; leave out rows that no flow needs.`,
  );
}

function requireMatch(name: string, before: Row | undefined, ifMatch: number | "*" | undefined) {
  if (ifMatch === undefined && before)
    throw new MillraceError("conflict", `There is a table "${name}" already; send its ETag in If-Match.`);
  if (ifMatch !== undefined && (!before || (ifMatch !== "*" && ifMatch !== before.version)))
    throw new MillraceError("stale", `The table "${name}" was changed or deleted meanwhile; load it again.`);
}

/** A flow that runs keeps the columns that it reads. */
async function requireColumns(tx: Session, name: string, { columns }: NewTable) {
  const { rows } = await sql<{ definition: Parameters<typeof columnsIn>[0] }>`
    select definition from (
      select flow, version, tables from millrace.deployments
      union all select flow, version, tables from millrace.candidates
    ) as running join millrace.flow_versions using (flow, version)
    where tables ? ${name}`.execute(tx);
  for (const { definition } of rows)
    for (const read of columnsIn(definition))
      if (read.table === name && !columns.some((column) => column.name === read.name))
        throw new MillraceError(
          "conflict",
          `The flow "${definition.id}" runs and reads the column "${read.name}" of "${name}"; keep it, or change the flow first.`,
        );
}

/** By table: ids of the flows that run and use it. */
async function usersOf(session: Session): Promise<Map<string, string[]>> {
  const running = session.selectFrom("deployments").select(["flow", "tables"]);
  const beside = session.selectFrom("candidates").select(["flow", "tables"]);
  const rows = await running.unionAll(beside).orderBy("flow").execute();
  const users = new Map<string, Set<string>>();
  for (const { flow, tables } of rows)
    for (const table of tables) users.set(table, (users.get(table) ?? new Set()).add(flow));
  return new Map([...users].map(([table, flows]) => [table, [...flows]]));
}

function rowOf({ description, columns, key, rows }: NewTable, version: number) {
  const text = storableJson(rows);
  return {
    description,
    columns: storableJson(columns),
    key,
    rows: text,
    row_count: rows.length,
    bytes: Buffer.byteLength(text),
    version,
    updated_at: instant(Date.now()),
  };
}

const contentOf = ({ columns, key, rows }: Row) => canonicalJson({ columns, key, rows });

function toSummary(
  { row_count, updated_at, ...row }: Shown,
  users: ReadonlyMap<string, string[]>,
): TableSummary {
  return { ...row, rowCount: row_count, updatedAt: iso(updated_at), usedBy: users.get(row.name) ?? [] };
}

function toTable({ rows, bytes: _, ...row }: Row, users: ReadonlyMap<string, string[]>): Table {
  return { ...toSummary(row, users), rows };
}
