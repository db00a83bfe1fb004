import { expect, test } from "vitest";
import type { Clause, Condition } from "../../engine/rules/condition.ts";
import { NamedConditions, namesIn } from "../../engine/rules/named-conditions.ts";

const slow: Clause = { fact: "speed", operator: "lessThan", value: 20 };
const dense: Clause = { fact: "count", operator: "greaterThan", value: 30 };
const problemsOf = (conditions: Record<string, unknown>) =>
  new NamedConditions(conditions)
    .problems()
    .map(({ name, path, message }) => [name, path.join("."), message]);

test("names are written out wherever they stand, also those that others use", () => {
  const conditions = new NamedConditions({
    slow: { all: [slow] },
    jam: { all: [{ condition: "slow" }, dense] },
    alias: { condition: "jam" },
  });
  expect(conditions.problems()).toEqual([]);
  expect(conditions.writeOut({ condition: "alias" })).toEqual({ all: [{ all: [slow] }, dense] });
  expect(conditions.writeOut({ any: [{ not: { condition: "slow" } }, dense] })).toEqual({
    any: [{ not: { all: [slow] } }, dense],
  });
  const plain: Condition = { all: [slow] };
  expect(conditions.writeOut(plain)).toBe(plain);
});

test("names like parts of every object are names like others", () => {
  const conditions = new NamedConditions(
    JSON.parse('{"toString":{"all":[]},"__proto__":{"condition":"toString"}}'),
  );
  expect(conditions.problems()).toEqual([]);
  expect(conditions.writeOut({ condition: "__proto__" })).toEqual({ all: [] });
  expect(conditions.check({ condition: "constructor" }).problems).toHaveLength(1);
});

test("an unknown name brings the nearest and all others, and stays as it is", () => {
  const conditions = new NamedConditions({ "rush hour": { all: [slow] }, "wet road": { all: [] } });
  const condition = { all: [{ condition: "rush huor" }] };
  expect(conditions.check(condition).problems).toEqual([
    {
      path: ["all", 0, "condition"],
      message: 'There is no condition "rush huor". Did you mean "rush hour"? Known: rush hour, wet road.',
    },
  ]);
  expect(conditions.writeOut(condition)).toBe(condition);
  expect(new NamedConditions().check(condition).problems[0]?.message).toMatch(/the flow names none/);
});

test("a circle is told once, with the names along it", () => {
  expect(
    problemsOf({
      start: { condition: "a" },
      a: { all: [{ condition: "b" }] },
      b: { not: { condition: "c" } },
      c: { any: [slow, { condition: "a" }] },
    }),
  ).toEqual([
    [
      "c",
      "any.1.condition",
      'The condition leads back to itself: "a" -> "b" -> "c" -> "a". Take one of these names out.',
    ],
  ]);
  expect(problemsOf({ me: { condition: "me" } })).toEqual([
    ["me", "condition", 'The condition leads back to itself: "me" -> "me". Take one of these names out.'],
  ]);
});

test("what is wrong with a condition is told of it alone, and it is not written out", () => {
  const conditions = new NamedConditions({
    bad: { all: [{ ...slow, operator: "lesThan" }] },
    user: { condition: "bad" },
  });
  expect(conditions.problems()).toMatchObject([{ name: "bad", path: ["all", 0, "operator"] }]);
  expect(conditions.check({ condition: "user" })).toMatchObject({ problems: [], isBroken: true });
  expect(conditions.writeOut({ condition: "user" })).toEqual({ condition: "user" });
  expect(conditions.writtenOut("user")).toBeUndefined();
});

test.each([
  ["comparisons", { all: [slow] }, /more than 500 comparisons/],
  ["empty groups", { all: [] }, /more than 500 comparisons/],
])("a chain of names that each double the one before is refused at once: %s", (_, first, message) => {
  const conditions: Record<string, unknown> = { c0: first };
  for (let i = 1; i < 100; i++) conditions[`c${i}`] = { all: Array(4).fill({ condition: `c${i - 1}` }) };
  const [problem, ...more] = problemsOf(conditions);
  expect(more).toEqual([]);
  expect(problem![0]).toBe("c5");
  expect(problem![2]).toMatch(message);
});

test("the limits hold for what is written out", () => {
  const conditions: Record<string, unknown> = { c1: { not: slow } };
  for (let i = 2; i < 30; i++) conditions[`c${i}`] = { not: { condition: `c${i - 1}` } };
  expect(problemsOf(conditions)).toEqual([
    [
      "c16",
      "not.condition",
      'With the condition "c15" written out, this one is nested deeper than 16 levels; make it flatter.',
    ],
  ]);
  const many = new NamedConditions({ many: { all: Array(300).fill(slow) } });
  expect(many.check({ any: [{ condition: "many" }] }).problems).toEqual([]);
  expect(many.check({ any: [{ condition: "many" }, { condition: "many" }] }).problems).toMatchObject([
    { path: ["any", 1, "condition"], message: expect.stringMatching(/more than 500/) },
  ]);
});

test("the names in a condition are found in order, each once, whatever its form", () => {
  expect(
    namesIn({
      all: [{ condition: "b" }, { not: { any: [{ condition: "a" }, { condition: "b" }, 3, null] } }],
    }),
  ).toEqual(["b", "a"]);
  expect(namesIn("text")).toEqual([]);
});
