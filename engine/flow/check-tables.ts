import type { Flow } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { TableContent } from "../model/table.ts";
import { nearest } from "../rules/nearest.ts";
import { columnsIn, tablesIn } from "./field-reads.ts";

/** Checks that the tables which nodes name are there, with the columns that they read. */
export function checkTables(flow: Flow, tables: Readonly<Record<string, TableContent>>): Problem[] {
  const names = Object.keys(tables);
  const known = (name: string) => (Object.hasOwn(tables, name) ? tables[name] : undefined);
  const unknown = tablesIn(flow)
    .filter(({ name }) => !known(name))
    .map(({ node, path, name }) => ({
      code: "unknown_table",
      node,
      path,
      message: `Node "${node}": "${path}": There is no table "${name.slice(0, 64)}".${hint(name, names)} Choose one that is there, or add it first.`,
    }));
  const columns = columnsIn(flow).flatMap(({ node, path, name, table }) => {
    const has = known(table)?.columns.map((column) => column.name);
    if (!has || has.includes(name)) return [];
    const message = `Node "${node}": "${path}": The table "${table}" has no column "${name.slice(0, 64)}".${hint(name, has)} Columns: ${has.slice(0, 8).join(", ")}.`;
    return [{ code: "unknown_column", node, path, message }];
  });
  return [...unknown, ...columns];
}

function hint(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near ? ` Did you mean "${near}"?` : "";
}
