import { keyText, type TableContent } from "../model/table.ts";
import type { Value } from "../model/value.ts";

/** The cell of a row, found by the key that a message holds; undefined without such a row, or where the cell is empty. */
export type Lookup = (key: Value | undefined, column: string) => Value | undefined;

/** By name: tables as nodes read them. */
export type Lookups = ReadonlyMap<string, Lookup>;

export function compileTables(tables: Readonly<Record<string, TableContent>> = {}): Lookups {
  return new Map(Object.entries(tables).map(([name, table]) => [name, compileTable(table)]));
}

function compileTable({ columns, key, rows }: TableContent): Lookup {
  const keyAt = columns.findIndex(({ name }) => name === key);
  const byKey = new Map(rows.map((row) => [keyText(row[keyAt]), row]));
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  return (value, column) => {
    const text = keyText(value);
    const row = text === undefined ? undefined : byKey.get(text);
    return row?.[places.get(column) ?? -1] ?? undefined;
  };
}
