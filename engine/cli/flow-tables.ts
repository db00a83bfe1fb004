import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import { tablesIn } from "../flow/field-reads.ts";
import { told } from "../flow/sentence.ts";
import { reached, type Surroundings } from "../flow/surroundings.ts";
import { MillraceError } from "../model/errors.ts";
import type { Flow } from "../model/flow.ts";
import { newTableSchema, type TableContent } from "../model/table.ts";
import { readSheet, tableOf, typesOf } from "../rules/table-text.ts";
import { readJson } from "./read-json.ts";

/** Name of the folder beside flow folders that holds the tables they look values up in. */
export const tablesFolder = "tables";

/**
 * By name, the tables of a folder: `limits.csv` with names of columns in its first row, the first column the key; or
 * `limits.json`, as `/api/tables/limits` gives it or as a list of objects. Undefined where there is no such folder.
 * Throws a MillraceError that names the file.
 */
export function readTables(folder: string): Record<string, TableContent> | undefined {
  if (!existsSync(folder)) return undefined;
  const tables: Record<string, TableContent> = {};
  for (const { base, name, ext } of readdirSync(folder).sort().map(parse)) {
    if (ext !== ".csv" && ext !== ".json") continue;
    if (Object.hasOwn(tables, name))
      throw new MillraceError("invalid_body", `${join(folder, base)}: there is ${name}.csv, too; keep one.`);
    tables[name] = readTable(join(folder, base));
  }
  return tables;
}

function readTable(file: string): TableContent {
  const json = file.endsWith(".json") ? readJson(file) : undefined;
  const isWhole = typeof json === "object" && json !== null && !Array.isArray(json);
  const { columns, key, rows } = isWhole ? (json as TableContent) : typed(file);
  const read = newTableSchema.safeParse({ columns, key, rows });
  if (read.success) return { columns: read.data.columns, key: read.data.key, rows: read.data.rows };
  throw new MillraceError("invalid_body", `${file}: ${told(read.error.issues[0]!, "The table")}`);
}

function typed(file: string): TableContent {
  const sheet = readSheet(readFileSync(file, "utf8"));
  if (sheet) return tableOf(sheet, typesOf(sheet), sheet.names[0] ?? "");
  throw new MillraceError("invalid_body", `${file} is empty; its first row names the columns.`);
}

/** Throws where the flow, or one that it hands messages to, looks something up in a table that is not there. */
export function requireTables(folder: string, flow: Flow, { flows, tables = {} }: Surroundings) {
  const all = [flow, ...reached(flow, flows).map(({ definition }) => definition)];
  for (const { id, name, node } of all.flatMap((one) =>
    tablesIn(one).map((use) => ({ id: one.id, ...use })),
  )) {
    if (Object.hasOwn(tables, name)) continue;
    const place = join(folder, "..", tablesFolder, name);
    throw new MillraceError(
      "not_found",
      `${folder}: node "${node}" of flow "${id}" looks up in the table "${name}", and there is no ${place}.csv or ${place}.json. Download the table from the page Tables into that folder, or write one.`,
    );
  }
}
