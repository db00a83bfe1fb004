import { expect, test } from "vitest";
import type { FieldType } from "../../engine/model/payload.ts";
import type { Value } from "../../engine/model/value.ts";
import { compileExpression, inspectExpression } from "../../engine/rules/expression.ts";

const scope = {
  list: [1, 2, 3],
  map: { a: 7 },
  string: "red",
  int: 4,
  type: "pump",
  cel: 1,
  google: 2,
  optional: 3,
  v: 5,
};

test.each<[string, Value]>([
  ["list[1] + 1", 3],
  ["size(list)", 3],
  ["map.a * 2", 14],
  ['string + "dish"', "reddish"],
  ['string.contains("e")', true],
  ["int * v", 20],
  ["cel + google + optional", 6],
  ['type == "pump"', true],
  ["string(int)", "4"],
  ['double("2.5") + int', 6.5],
  ["list.map(int, int * 2)", [2, 4, 6]],
  ["[int, v].filter(it, it > 4)", [5]],
])("a field may bear a name of CEL's own: %s", (text, value) => {
  expect(compileExpression(text)(scope)).toEqual(value);
});

test("where an expression asks for a type, the names mean types", () => {
  expect(compileExpression("type(v) == double")(scope)).toBe(true);
  expect(compileExpression("type(v) == string")(scope)).toBe(false);
});

test("a field of such a name that is not there is named as it is written", () => {
  expect(() => compileExpression("list[0] + 1")({})).toThrow('the message has no field "list"');
  expect(() => compileExpression('string + "a"')({ string: 3 })).toThrow(
    /"number \+ text" cannot be calculated/,
  );
});

test.each(["loop", "package", "var"])(
  "a field called %s, which CEL keeps for itself, gets a sentence",
  (name) => {
    expect(() => compileExpression(`${name} + 1`)).toThrow(
      `"${name}" is a word of CEL itself; give a field of that name another by a calculate node before`,
    );
  },
);

test("a field called in gets a sentence that names what else it may be", () => {
  for (const text of ["in + 1", "speed > in"])
    expect(() => compileExpression(text)).toThrow(
      '"in" is a word of CEL itself, so give a field of that name',
    );
});

const types: Record<string, FieldType> = {
  speed: "number",
  door: "text",
  on: "boolean",
  list: "list",
  wheel: "object",
};
const inspect = (text: string) => inspectExpression(text, (name) => types[name]);

test.each<[string, string[], FieldType | undefined]>([
  ["speed * 2", ["speed"], "number"],
  ["list.map(x, x * speed)", ["list", "speed"], "list"],
  ["list.exists(speed, speed > 3)", ["list"], "boolean"],
  ['door == "open" ? 1 : unknown', ["door", "unknown"], undefined],
  ["device.attributes.limit + ts", ["device", "ts"], undefined],
  ["speed == null || door != null", ["speed", "door"], "boolean"],
  ["speed in [1, 2]", ["speed"], "boolean"],
  ["size(list) + wheel.pressure", ["list", "wheel"], undefined],
  ["string(speed)", ["speed"], "text"],
])("%s reads its fields, and their types go together", (text, names, type) => {
  const found = inspect(text);
  expect([...found!.names]).toEqual(names);
  expect([found?.mistyped, found?.type]).toEqual([undefined, type]);
});

test.each<[string, RegExp]>([
  ["speed + door", /"number \+ text" cannot be calculated/],
  ["door > 3", /"text > number" cannot be calculated/],
  ["abs(door)", /no function for "abs\(text\)"/],
  ["speed && on", /logical operator/i],
  ['list == "a"', /cannot be calculated/],
])("%s does not go with the types of its fields", (text, reason) => {
  expect(inspect(text)?.mistyped).toMatch(reason);
});

test("of an expression that is wrong by itself nothing more is said", () => {
  expect(inspect("speed +")).toBeUndefined();
});
