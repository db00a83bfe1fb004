import Papa from "papaparse";
import type { Cell, ColumnType, NewTable } from "../model/table.ts";

/** Rows as they were typed or uploaded, before their columns have types. */
export interface Sheet {
  names: string[];
  rows: Cell[][];
  /** Whether a text stays a text: so in JSON, whereas CSV writes everything as text. */
  isTyped: boolean;
  /** Numbers are written with a comma: so where columns are separated by semicolons. */
  comma: boolean;
}

/** Reads CSV with the names of its columns in the first row, or a JSON list of objects; undefined where there is nothing. */
export function readSheet(text: string): Sheet | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  return (trimmed.startsWith("[") && readJson(trimmed)) || readCsv(trimmed);
}

function readCsv(text: string): Sheet | undefined {
  const { data, meta } = Papa.parse<string[]>(text, { skipEmptyLines: "greedy" });
  const [head, ...rows] = data;
  if (!head) return undefined;
  return { names: columnNames(head), rows, isTyped: false, comma: meta.delimiter === ";" };
}

/** The names in the first row. */
export function columnNames(cells: readonly string[]): string[] {
  const names = cells.map((name) => name.trim());
  // Spreadsheets end rows with separators of columns that have nothing in them.
  while (names.at(-1) === "") names.pop();
  return names;
}

function readJson(text: string): Sheet | undefined {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(list) || !list.every(isRecord)) return undefined;
  const names = [...new Set(list.flatMap((one) => Object.keys(one)))];
  const rows = list.map((one) => names.map((name) => cellOf(one[name])));
  return names.length > 0 ? { names, rows, isTyped: true, comma: false } : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : (value as Cell);
}

/** What all values of each column are; text where they differ, or where one begins with a zero, as codes do. */
export function typesOf({ names, rows, isTyped, comma }: Sheet): ColumnType[] {
  return names.map((_, at) => {
    const cells = rows.map((row) => row[at] ?? "").filter((cell) => cell !== "");
    const are = (is: (cell: Cell) => boolean) => cells.length > 0 && cells.every(is);
    if (are((cell) => typeof cell === "number" || (!isTyped && numberIn(cell, comma) !== undefined)))
      return "number";
    if (are((cell) => typeof cell === "boolean" || (!isTyped && booleanIn(cell) !== undefined)))
      return "boolean";
    return "text";
  });
}

/** The table as it is sent. A value that is not of its column's type stays as it is, for the check to name it. */
export function tableOf(
  sheet: Sheet,
  types: readonly ColumnType[],
  key: string,
): Omit<NewTable, "description"> {
  const columns = sheet.names.map((name, at) => ({ name, type: types[at] ?? "text" }));
  const rows = sheet.rows.map((row) => {
    const cells = columns.map(({ type }, at) => converted(row[at] ?? null, type, sheet.comma));
    // What is too much is kept, too: a comma that separates by mistake must not go unseen.
    return [...cells, ...row.slice(columns.length).filter((cell) => cell !== "")];
  });
  return { key, columns, rows };
}

function converted(cell: Cell, type: ColumnType, comma: boolean): Cell {
  if (cell === null || cell === "") return null;
  if (type === "number") return numberIn(cell, comma) ?? cell;
  if (type === "boolean") return booleanIn(cell) ?? cell;
  return String(cell);
}

/** What a cell of CSV says: a number, true or false, else the text itself. */
export function valueIn(cell: string, comma: boolean): Exclude<Cell, null> {
  return numberIn(cell, comma) ?? booleanIn(cell) ?? cell;
}

function numberIn(cell: Cell, comma: boolean): number | undefined {
  if (typeof cell === "number") return cell;
  if (typeof cell !== "string") return undefined;
  const text = comma ? cell.trim().replace(/^([+-]?\d+),(\d+)$/, "$1.$2") : cell.trim();
  if (!/^[+-]?(0|[1-9]\d*)?(\.\d+)?(e[+-]?\d+)?$/i.test(text) || !/\d/.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function booleanIn(cell: Cell): boolean | undefined {
  if (typeof cell === "boolean") return cell;
  const text = String(cell).trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

/** The table as CSV, to be changed or kept. */
export function csvOf({ columns, rows }: Pick<NewTable, "columns" | "rows">): string {
  return Papa.unparse({ fields: columns.map(({ name }) => name), data: rows as unknown[] });
}
