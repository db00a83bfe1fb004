import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream";
import Papa from "papaparse";
import { MillraceError } from "../model/errors.ts";
import type { Values } from "../model/value.ts";
import { columnNames, valueIn } from "../rules/table-text.ts";

const separators = [";", "\t", ","];
const needed = ["device", "at"];
const times = ["at", "ts"];
const said = ["device", "name", "profile", "type", ...times];
const attributeColumn = "attributes.";

/**
 * Rows of a CSV file as lines of messages. Columns are named in the first row: `device` and `at`; `ts`, `name`, `profile`, `type`
 * and `attributes.…` where wanted; each other one is a value, and an empty cell is none. Times without an offset are UTC.
 * Throws MillraceError `invalid_body` that names the column.
 */
export async function* csvRows(path: string): AsyncIterable<{ number: number; json: unknown }> {
  const delimiter = await separatorOf(path);
  const input = createReadStream(path, "utf8");
  const parser = Papa.parse(Papa.NODE_STREAM_INPUT, { delimiter });
  // What breaks reading breaks the loop below.
  pipeline(input, parser, () => {});
  let names: string[] | undefined;
  let number = 0;
  for await (const cells of parser as AsyncIterable<string[]>) {
    number++;
    if (cells.every((cell) => cell.trim() === "")) continue;
    if (names) yield { number, json: lineOf(names, cells, number, delimiter === ";") };
    else names = namesIn(cells);
  }
}

async function separatorOf(path: string): Promise<string> {
  const lines = createInterface({ input: createReadStream(path, "utf8") });
  for await (const line of lines) {
    const counts = separators.map((separator) => line.split(separator).length);
    return separators[counts.indexOf(Math.max(...counts))]!;
  }
  return ",";
}

function namesIn(cells: readonly string[]): string[] {
  const names = columnNames(cells.map((name) => name.replace("\uFEFF", "")));
  for (const name of needed)
    if (!names.includes(name))
      throw new MillraceError(
        "invalid_body",
        `Row 1: no column is named "${name}". Name the columns in the first row, such as device,at,speed: which device, when the message came, and a column for each value.`,
      );
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined)
    throw new MillraceError("invalid_body", `Row 1: two columns are named "${twice}"; rename one.`);
  return names;
}

function lineOf(names: readonly string[], cells: readonly string[], number: number, comma: boolean) {
  if (cells.slice(names.length).some((cell) => cell.trim() !== ""))
    throw new MillraceError(
      "invalid_body",
      `Row ${number}: it has more cells than there are columns; put text that holds a separator in quotes.`,
    );
  const line: Record<string, unknown> = {};
  const values: Values = {};
  const attributes: Values = {};
  for (const [at, name] of names.entries()) {
    const cell = cells[at]?.trim() ?? "";
    if (cell === "") continue;
    if (times.includes(name)) line[name] = timeIn(cell);
    else if (said.includes(name)) line[name] = cell;
    else if (name.startsWith(attributeColumn))
      attributes[name.slice(attributeColumn.length)] = valueIn(cell, comma);
    else values[name] = valueIn(cell, comma);
  }
  return { ...line, values, ...(Object.keys(attributes).length > 0 && { attributes }) };
}

/** ms, or RFC 3339 with the offset that is left out. */
function timeIn(cell: string): number | string {
  if (/^\d+$/.test(cell)) return Number(cell);
  const [, day, clock, offset] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(.*)$/.exec(cell) ?? [];
  return day ? `${day}T${clock}${offset?.trim() || "Z"}` : cell;
}
