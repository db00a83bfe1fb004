import { expect, test } from "vitest";
import { newTableSchema } from "../../engine/model/table.ts";
import { csvOf, readSheet, tableOf, typesOf } from "../../engine/rules/table-text.ts";

function read(text: string) {
  const sheet = readSheet(text)!;
  return tableOf(sheet, typesOf(sheet), sheet.names[0]!);
}

test("CSV has the names of its columns first; what all values are is the type of a column", () => {
  expect(read("sort,warmest,open,code\nfish,-18,true,007\nmilk,6.5,FALSE,12\n\nham,,,\n")).toEqual({
    key: "sort",
    columns: [
      { name: "sort", type: "text" },
      { name: "warmest", type: "number" },
      { name: "open", type: "boolean" },
      { name: "code", type: "text" },
    ],
    rows: [
      ["fish", -18, true, "007"],
      ["milk", 6.5, false, "12"],
      ["ham", null, null, null],
    ],
  });
});

test("where semicolons separate columns, commas are decimal; quotes keep what they hold", () => {
  expect(read('Ware;Grenze\n"Fisch; roh";-18,5\nMilch;6').rows).toEqual([
    ["Fisch; roh", -18.5],
    ["Milch", 6],
  ]);
  expect(read("a\tb\n1\t1,5").rows).toEqual([[1, "1,5"]]);
});

test("a JSON list of objects is a table, whose texts stay texts", () => {
  const { columns, rows } = read('[{"id": "1", "n": 2}, {"id": "2", "on": true, "list": [1]}]');
  expect(columns.map(({ type }) => type)).toEqual(["text", "number", "boolean", "text"]);
  expect(rows).toEqual([
    ["1", 2, null, null],
    ["2", null, true, "[1]"],
  ]);
});

test("what does not fit its column or its row is kept, for the check to name it", () => {
  const sheet = readSheet("id,n\na,1\nb,many\nc,2,3")!;
  const { rows } = tableOf(sheet, ["text", "number"], "id");
  expect(rows).toEqual([
    ["a", 1],
    ["b", "many"],
    ["c", 2, "3"],
  ]);
  const table = { ...tableOf(sheet, ["text", "text"], "id") };
  expect(newTableSchema.safeParse(table).error?.issues[0]).toMatchObject({ path: ["rows", 2] });
});

test("columns at the end that have neither name nor values are passed over", () => {
  expect(read("id,n,,\na,1,,\nb,2,").rows).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
});

test.each(["", "  \n "])("of nothing there is no table: %j", (text) => {
  expect(readSheet(text)).toBeUndefined();
});

test("a table that is written as CSV is read as the same table", () => {
  const table = read('sort,warmest,note\nfish,-18,"a ""b"", c"\nmilk,,\n');
  expect(read(csvOf(table))).toEqual(table);
});
