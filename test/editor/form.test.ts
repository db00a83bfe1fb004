import "./english.ts";
import { expect, test } from "vitest";
import * as z from "zod";
import { conditionOf, groupOf, pathOf } from "../../editor/src/form/clauses.ts";
import { durationWords, readDuration } from "../../editor/src/form/duration-text.ts";
import { readNumber } from "../../editor/src/form/numbers.ts";
import { initialOf, isShown, schemaSchema, textsAt, withPart } from "../../editor/src/form/schema.ts";
import { cellOf, inputsOf, offsetMs, type Row, readCell, readRows } from "../../editor/src/try/sample.ts";
import { titleAt } from "../../engine/flow/title-at.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import type { Condition } from "../../engine/rules/condition.ts";

const schemaOf = (config: z.ZodType) =>
  schemaSchema.parse(z.toJSONSchema(config, { io: "input", unrepresentable: "any" }));

test.each([
  ["5 min", "5m"],
  ["5m", "5m"],
  ["1.5 hours", "90m"],
  ["0,5 s", "500ms"],
  ["90 Seconds", "90s"],
  ["2 days", "2d"],
  ["soon", undefined],
  ["5", undefined],
])("the duration %j is stored as %j", (text, stored) => {
  expect(readDuration(text)).toBe(stored);
});

test("a stored duration reads in words, other text as it is", () => {
  expect(["5m", "90m", "soon"].map(durationWords)).toEqual(["5 minutes", "1.5 hours", "soon"]);
});

test.each([
  ["20", 20],
  ["-3,5", -3.5],
  ["1e3", 1000],
  ["", undefined],
  ["20 km/h", undefined],
])("%j is the number %j", (text, number) => {
  expect(readNumber(text)).toBe(number);
});

const slow = { fact: "speed", operator: "lessThan", value: 20 };
const wet = { fact: "wet", operator: "equal", value: true, path: "$.lane" };
const conditions: Condition[] = [
  { all: [slow] },
  { any: [slow, { all: [wet, slow] }] },
  { not: { any: [slow, wet] } },
  { not: { all: [slow, wet] } },
  { all: [{ not: { any: [{ fact: "a", operator: "not:in", value: [1, 2] }] } }] },
];
test.each(conditions)("the condition %j comes back from the builder as it was", (condition) => {
  expect(conditionOf(groupOf(condition))).toEqual(condition);
});

test("a part's path is the one by which the engine names its problems", () => {
  const paths = conditions.map((condition) => pathOf(condition, 0));
  expect(paths).toEqual([".all[0]", ".any[0]", ".not.any[0]", ".not.all[0]", ".all[0]"]);
});

test.each(nodeKinds.map((kind) => [kind.kind, kind] as const))(
  "the schema of %s gives a form, whose titles can be found by the settings of its examples",
  (_, kind) => {
    const schema = schemaOf(kind.config);
    const named = kind.examples.flatMap(({ config }) => Object.keys(config as object));
    for (const name of named) expect(titleAt(schema, name) ?? schema.properties?.[name]).toBeTruthy();
    expect(initialOf(schema)).toBeTypeOf("object");
  },
);

test("a new step begins with what its schema requires, and nothing that is given by default", () => {
  const schema = schemaOf(
    z.object({
      window: z.object({ size: z.string(), type: z.literal("tumbling").default("tumbling") }),
      values: z.array(z.object({ as: z.string() })).min(1),
      lateness: z.string().default("0s"),
    }),
  );
  expect(initialOf(schema)).toEqual({ window: {}, values: [{}] });
});

test("a setting is shown only beside the choices it belongs to, defaults counted", () => {
  const whole = {
    properties: {
      type: { default: "tumbling", enum: ["tumbling", "count"] },
      size: { shownFor: { type: ["tumbling"] } },
      fixed: { const: "device" },
    },
  };
  const { size, fixed } = whole.properties;
  expect([isShown(size, {}, whole), isShown(size, { type: "count" }, whole)]).toEqual([true, false]);
  expect(isShown(fixed, {}, whole)).toBe(false);
});

test("setting a part keeps the order of names, and undefined takes it out", () => {
  expect(JSON.stringify(withPart({ a: 1, b: 2 }, "a", 3))).toBe('{"a":3,"b":2}');
  expect(withPart({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
});

test("names of fields are found wherever a schema says that a field stands", () => {
  const schema = schemaOf(
    z.object({
      values: z.array(z.object({ of: z.string().meta({ widget: "field" }), fn: z.string() })),
      title: z.string(),
    }),
  );
  expect(
    textsAt(schema, { values: [{ of: "speed", fn: "avg" }, { fn: "count" }], title: "x" }, "field"),
  ).toEqual(["speed"]);
});

test.each([
  ["41", 41],
  ["true", true],
  ["open", "open"],
  ["[1,2]", [1, 2]],
  ["", undefined],
])("a cell that holds %j is the value %j", (text, value) => {
  expect(readCell(text)).toEqual(value);
  if (value !== undefined) expect(readCell(cellOf(value))).toEqual(value);
});

test("rows become readings in order of time, and the clock goes on after the last", () => {
  const rows: Row[] = [
    { after: "1m", cells: { speed: "20" } },
    { after: "0s", cells: { speed: "10", lane: "left" } },
    { after: "later", cells: { speed: "1" } },
    { after: "2m", cells: { speed: "" } },
  ];
  const inputs = inputsOf(rows, { device: { id: "d" }, startMs: 1000, waitMs: 20_000 });
  expect(inputs).toEqual([
    { device: { id: "d" }, at: 1000, ts: 1000, values: { speed: 10, lane: "left" } },
    { device: { id: "d" }, at: 61_000, ts: 61_000, values: { speed: 20 } },
    { tick: 71_000 },
    { tick: 81_000 },
  ]);
});

test.each([
  ['{"speed":41}', [{ after: "0s", cells: { speed: "41" } }]],
  [
    '[{"ts":1000,"values":{"speed":1}},{"ts":6000,"values":{"speed":2}}]',
    [
      { after: "0s", cells: { speed: "1" } },
      { after: "5s", cells: { speed: "2" } },
    ],
  ],
  ["[1]", undefined],
  ["{", undefined],
])("pasted %j gives the rows %j", (text, rows) => {
  expect(readRows(text)).toEqual(rows);
});

test.each([
  ["", 0],
  ["+30", 30_000],
  ["5 min", 300_000],
  ["soon", undefined],
])("%j is %j ms after the first message", (text, ms) => {
  expect(offsetMs(text)).toBe(ms);
});
