import * as z from "zod";
import { identifier } from "./flow.ts";

/** What a table may hold: more is a matter for a database. `bytes`: as JSON. */
export const tableBounds = { rows: 10_000, columns: 50, bytes: 1_048_576, text: 1000 } as const;
/** The tables of all flows that run, together: lanes are told of them, each for itself. */
export const usedTableBytes = 8 * tableBounds.bytes;

export const columnTypes = ["number", "text", "boolean"] as const;
export type ColumnType = (typeof columnTypes)[number];

const columnSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, "needs a name")
    .max(256, "has at most 256 characters")
    .refine((name) => !(name in Object.prototype), "cannot be used as a name; choose another")
    .meta({ title: "Name" }),
  type: z.enum(columnTypes).meta({ title: "Type" }),
});
const cell = z.union([z.number(), z.string().max(tableBounds.text), z.boolean(), z.null()]);
export type Cell = z.infer<typeof cell>;

const parts = {
  description: z.string().max(500).default("").meta({ title: "Description" }),
  columns: z
    .array(columnSchema)
    .min(1, "needs at least one column")
    .max(tableBounds.columns, `has at most ${tableBounds.columns} columns`)
    .meta({ title: "Columns" }),
  key: z.string().meta({ title: "Key", description: "Name of the column that rows are found by" }),
  rows: z
    .array(z.array(cell))
    .max(tableBounds.rows, `has at most ${tableBounds.rows.toLocaleString("en")} rows`)
    .meta({ title: "Rows", description: "Each a list with a value, or null, for every column" }),
};
type Parts = z.infer<z.ZodObject<typeof parts>>;

/** As it is put: rows with one value for each column, and every row with a key of its own. */
export const newTableSchema = z.strictObject(parts).superRefine((table, context) => {
  const problem = problemIn(table);
  if (problem) context.addIssue({ code: "custom", path: problem.path, message: problem.message });
});
export type NewTable = z.infer<typeof newTableSchema>;

/** What lanes need of a table. */
export type TableContent = Pick<NewTable, "columns" | "key" | "rows">;

/** In lists, without its rows. */
export const tableSummarySchema = z.object({
  name: identifier,
  description: z.string(),
  columns: z.array(columnSchema),
  key: z.string(),
  rowCount: z.int(),
  version: z.int().meta({ description: "Rises with every change" }),
  updatedAt: z.iso.datetime(),
  usedBy: z.array(z.string()).meta({ description: "Ids of the flows that run and look something up in it" }),
});
export type TableSummary = z.infer<typeof tableSummarySchema>;

export const tableSchema = tableSummarySchema.extend({ rows: parts.rows });
export type Table = z.infer<typeof tableSchema>;

/** A key as rows are found by it: 12 and "12" are the same. Undefined where it is none. */
export function keyText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" && Number.isFinite(value) ? String(value) : undefined;
}

interface TableProblem {
  path: (string | number)[];
  message: string;
}

function problemIn({ columns, key, rows }: Parts): TableProblem | undefined {
  const names = columns.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0)
    return {
      path: ["columns", twice, "name"],
      message: `"${names[twice]}" is there twice; rename one column`,
    };
  const keyAt = names.indexOf(key);
  if (keyAt < 0) return { path: ["key"], message: `must be one of the columns: ${names.join(", ")}` };
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    if (row.length !== columns.length)
      return { path: ["rows", index], message: `has ${row.length} values, for ${columns.length} columns` };
    const wrong = columns.findIndex(({ type }, at) => row[at] !== null && typeOf(row[at]!) !== type);
    if (wrong >= 0) {
      const { name, type } = columns[wrong]!;
      const found = JSON.stringify(row[wrong]).slice(0, 40);
      return { path: ["rows", index, wrong], message: `is ${found}, and "${name}" is a column of ${type}` };
    }
    const text = keyText(row[keyAt]);
    if (text === undefined || text === "")
      return { path: ["rows", index, keyAt], message: `is empty; every row needs its "${key}"` };
    const other = seen.get(text);
    if (other !== undefined)
      return {
        path: ["rows", index, keyAt],
        message: `repeats "${text.slice(0, 40)}", the key of row ${other + 1}; a key may be there once`,
      };
    seen.set(text, index);
  }
  const bytes = new TextEncoder().encode(JSON.stringify(rows)).length;
  if (bytes <= tableBounds.bytes) return undefined;
  const [is, most] = [bytes, tableBounds.bytes].map((each) => (each / 1_048_576).toFixed(1));
  return { path: ["rows"], message: `takes ${is} MB, of at most ${most} MB; leave out what no flow needs` };
}

function typeOf(value: NonNullable<Cell>): ColumnType {
  return typeof value === "string" ? "text" : (typeof value as "number" | "boolean");
}
