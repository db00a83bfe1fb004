import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { millrace } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const dir = tempFolder("flow-tables");
const [cold, tables] = [join(dir, "cold"), join(dir, "tables")];
const at = (second: number) => new Date(Date.UTC(2026, 10, 26, 8, 0, second)).toISOString();

const flow = {
  id: "cold",
  name: "Cold chain",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "more", kind: "enrich", config: { lookup: [{ table: "goods", by: "sort", column: "warmest" }] } },
    {
      id: "warm",
      kind: "alert",
      config: {
        type: "Too warm",
        severity: "major",
        raise: { all: [{ fact: "t", operator: "greaterThan", value: { fact: "warmest" } }] },
        clear: { all: [{ fact: "t", operator: "lessThan", value: { fact: "warmest" } }] },
      },
    },
  ],
  edges: [
    { from: "in", to: "more" },
    { from: "more", output: "out", to: "warm" },
  ],
};
const cases = [
  {
    title: "fish is too warm where milk is not",
    given: [
      { device: "a", at: at(0), values: { sort: "milk", t: 4 } },
      { device: "b", at: at(1), values: { sort: "fish", t: 4 } },
    ],
    expect: { alarms: [{ device: "b", type: "Too warm" }] },
  },
];
const whole = {
  name: "goods",
  version: 3,
  columns: [
    { name: "sort", type: "text" },
    { name: "warmest", type: "number" },
  ],
  key: "sort",
  rows: [
    ["fish", -18],
    ["milk", 6],
  ],
};
const put = (name: string, content: unknown) =>
  writeFileSync(join(tables, name), typeof content === "string" ? content : JSON.stringify(content));

mkdirSync(cold);
writeFileSync(join(cold, "flow.json"), JSON.stringify(flow));
writeFileSync(join(cold, "cases.json"), JSON.stringify(cases));
writeFileSync(
  join(dir, "messages.ndjson"),
  cases[0]!.given
    .map(({ device, at, values }) => JSON.stringify({ device, at: Date.parse(at), values }))
    .join("\n"),
);
beforeEach(() => {
  rmSync(tables, { recursive: true, force: true });
  mkdirSync(tables);
});
afterAll(() => removeFolder(dir));

test.each([
  ["CSV, its first column the key", "goods.csv", "sort,warmest\nfish,-18\nmilk,6\n"],
  ["the JSON that the server gives", "goods.json", whole],
  ["a JSON list of objects", "goods.json", whole.rows.map(([sort, warmest]) => ({ sort, warmest }))],
])("cases find rows of a table beside the flows: %s", async (_, name, content) => {
  put(name, content);
  const { code, stdout, stderr } = await millrace(["flows", "test", cold, tables]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^ok {3}.*: fish is too warm where milk is not\n$/);
});

test("a backtest on files finds them, too", async () => {
  put("goods.csv", "sort,warmest\nfish,-18\nmilk,6\n");
  const args = ["flows", "backtest", cold, "--data", join(dir, "messages.ndjson")];
  const { code, stdout } = await millrace(args);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/2 messages in [\s\S]*1 alarm,[\s\S]*b: Too warm/),
  ]);
});

test.each([
  ["test", [cold]],
  ["backtest", [cold, "--data", join(dir, "messages.ndjson")]],
])("%s says which table is missing, and where it belongs", async (command, args) => {
  const { code, stdout, stderr } = await millrace(["flows", command, ...args]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain('node "more" of flow "cold" looks up in the table "goods"');
  expect(stderr).toContain(`${join(tables, "goods")}.csv`);
});

test.each([
  [
    "a row too short",
    { "goods.json": { ...whole, rows: [["fish"]] } },
    /goods\.json: "rows\[0\]" has 1 values/,
  ],
  ["a key twice", { "goods.csv": "sort,warmest\nfish,1\nfish,2\n" }, /goods\.csv: .*repeats "fish"/],
  ["nothing in it", { "goods.csv": "\n" }, /goods\.csv is empty/],
  ["two files of one name", { "goods.csv": "sort\nfish\n", "goods.json": whole }, /there is goods\.csv, too/],
])("a table that cannot be read is named: %s", async (_, files, sentence) => {
  for (const [name, content] of Object.entries(files)) put(name, content);
  const { code, stderr } = await millrace(["flows", "test", cold]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)]);
});
