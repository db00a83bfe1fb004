import { expect, test } from "vitest";
import { checkCondition } from "../../engine/rules/check-condition.ts";
import { compileCondition } from "../../engine/rules/compile-condition.ts";
import { type Clause, type Condition, conditionSchema, nameless } from "../../engine/rules/condition.ts";
import { describeCondition } from "../../engine/rules/describe-condition.ts";

const is = (fact: string, operator: string, value: unknown, path?: string) =>
  ({ fact, operator, value, ...(path && { path }) }) as Clause;

test.each<[Condition, string]>([
  [{ all: [is("avgSpeed", "lessThan", 20)] }, "avgSpeed is below 20"],
  [
    { all: [is("avgSpeed", "lessThan", 20), is("count", "greaterThan", 3)] },
    "avgSpeed is below 20 and count is above 3",
  ],
  [
    { any: [{ all: [is("a", "equal", "x"), is("b", "notEqual", true)] }, is("c", "in", [1, 2])] },
    '(a is "x" and b is not true) or c is one of 1, 2',
  ],
  [{ not: { any: [is("a", "equal", 1), is("b", "equal", 2)] } }, "not (a is 1 or b is 2)"],
  [{ not: is("a", "equal", 1) }, "not a is 1"],
  [{ all: [is("t", "greaterThan", { fact: "limit" })] }, "t is above limit"],
  [{ all: [is("box", "lessThan", 2, "$.wheels[0].bar")] }, "box.wheels[0].bar is below 2"],
  [{ all: [is("speeds", "someFact:greaterThan", 50)] }, "some item of speeds is above 50"],
  [{ all: [is("tags", "not:contains", "test")] }, 'not tags contains "test"'],
  [{ all: [] }, "always"],
  [{ condition: "rush hour" }, '"rush hour"'],
  [
    { any: [{ condition: "rush hour" }, { not: { condition: "wet road" } }] },
    '"rush hour" or not "wet road"',
  ],
])("%j reads in English", (condition, text) => {
  expect(describeCondition(condition)).toBe(text);
});

test.each<[title: string, condition: unknown, path: string, message: RegExp]>([
  ["nothing", undefined, "", /is missing; begin with/],
  ["a single comparison at the top", is("a", "equal", 1), "", /put a single comparison into "all"/],
  ["two groups side by side", { all: [], any: [] }, "", /"all" and "any" stand side by side/],
  ["a list under not", { not: [] }, "not", /no condition/],
  ["an object under all", { all: {} }, "all", /needs a list/],
  ["no field", { all: [{ operator: "equal", value: 1 }] }, "all.0.fact", /Name the field/],
  ["no value", { all: [{ fact: "a", operator: "equal" }] }, "all.0.value", /Give the "value"/],
  ["no operator", { all: [{ fact: "a", value: 1 }] }, "all.0.operator", /Choose an operator: equal/],
  [
    "an operator spelt wrong",
    { all: [is("a", "lesThan", 1)] },
    "all.0.operator",
    /Did you mean "lessThan"\? Known: equal, .*greaterThanInclusive/,
  ],
  ["a decorator spelt wrong", { all: [is("a", "som:equal", 1)] }, "all.0.operator", /Known: someFact/],
  [
    "an operator of every object",
    { all: [is("a", "constructor", 1)] },
    "all.0.operator",
    /There is no operator/,
  ],
  ["text for a number", { all: [is("a", "lessThan", "20")] }, "all.0.value", /write 20 without quotes/],
  ["one value for a list", { all: [is("a", "in", 1)] }, "all.0.value", /needs a list of values/],
  ["a list for one value", { all: [is("a", "equal", [1])] }, "all.0.value", /use "in" for a list/],
  ["an object as value", { all: [is("a", "equal", { b: 1 })] }, "all.0.value", /never equal/],
  ["a path with a filter", { all: [is("a", "equal", 1, "$..b[?(@.c)]")] }, "all.0.path", /Only simple paths/],
  [
    "a name beside a group",
    { all: [{ condition: "jam", any: [] }] },
    "all.0.any",
    /stands alone; take "any" out/,
  ],
  ["a number for a name", { all: [{ condition: 3 }] }, "all.0.condition", /such as "rush hour"/],
  ["an empty name", { condition: "" }, "condition", /Name a condition of the flow/],
  [
    "an unknown key",
    { all: [{ ...is("a", "equal", 1), params: {} }] },
    "all.0.params",
    /"params" is not known/,
  ],
])("%s is a problem with a place and a way out", (_, condition, path, message) => {
  const problems = checkCondition(condition);
  expect(problems.map((problem) => problem.path.join("."))).toContain(path);
  expect(problems.find((problem) => problem.path.join(".") === path)?.message).toMatch(message);
});

test("nesting and size have limits", () => {
  let deep: unknown = is("a", "equal", 1);
  for (let i = 0; i < 20; i++) deep = { not: deep };
  expect(checkCondition(deep)[0]?.message).toMatch(/nested deeper than 16/);
  expect(checkCondition({ all: Array(501).fill(is("a", "equal", 1)) })[0]?.message).toMatch(/more than 500/);
});

test("the schema gives the condition back and every problem with its path", () => {
  const condition = { any: [is("a", "equal", 1)] };
  expect(conditionSchema.parse(condition)).toEqual(condition);
  const issues = conditionSchema.safeParse({ any: [is("", "x", 1)] }).error?.issues ?? [];
  expect(issues.map((issue) => issue.path)).toEqual([
    ["any", 0, "fact"],
    ["any", 0, "operator"],
  ]);
});

test("names may stand in the settings of a node, and not where no flow is around", () => {
  const condition = { all: [{ condition: "rush hour" }] };
  expect(conditionSchema.parse(condition)).toEqual(condition);
  expect(nameless.safeParse(condition).error?.issues).toMatchObject([
    { path: ["all", 0, "condition"], message: expect.stringContaining("There is no flow here") },
  ]);
});

test("a name that nobody wrote out does not compile", () => {
  expect(() => compileCondition({ any: [{ condition: "jam" }] })).toThrow(
    'There is no condition "jam" here.',
  );
});

test("a field that the message inherits from nowhere is missing", () => {
  for (const fact of ["toString", "constructor", "__proto__"])
    expect(compileCondition({ all: [is(fact, "notEqual", 1), { not: is(fact, "equal", 1) }] })({})).toBe(
      true,
    );
  expect(compileCondition({ all: [is("__proto__", "equal", 1)] })(JSON.parse('{"__proto__":1}'))).toBe(true);
});

test("an object that hides its own toString is neither below nor above", () => {
  const values = JSON.parse('{"a":{"toString":1,"valueOf":1},"b":[{"toString":1}]}');
  for (const fact of ["a", "b"])
    expect(compileCondition({ all: [is(fact, "lessThan", 5)] })(values)).toBe(false);
});

test('"in" over a field that is no list throws a sentence', () => {
  const holds = compileCondition({ all: [is("zone", "in", { fact: "zones" })] });
  expect(holds({ zone: "a", zones: ["a"] })).toBe(true);
  expect(() => holds({ zone: "a" })).toThrow(
    '"zone" cannot be compared by "in" with the field "zones": the value to look in is not a list.',
  );
});
