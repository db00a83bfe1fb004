import fc from "fast-check";
import { Engine } from "json-rules-engine";
import { expect, test } from "vitest";
import type { Values } from "../../engine/model/value.ts";
import { checkCondition } from "../../engine/rules/check-condition.ts";
import { compileCondition } from "../../engine/rules/compile-condition.ts";
import type { Clause, Condition } from "../../engine/rules/condition.ts";
import { NamedConditions, withoutNames } from "../../engine/rules/named-conditions.ts";
import { decoratorNames, operatorNames } from "../../engine/rules/operators.ts";

const asJson = <T>(it: T): T => JSON.parse(JSON.stringify(it));

const scalar = fc.oneof(
  fc.constantFrom<(string | number | boolean | null)[]>(
    null,
    true,
    false,
    "",
    "12",
    "9",
    "abc",
    "ab",
    "1e3x",
  ),
  fc.integer({ min: -3, max: 12 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  fc.record({ a: scalar, b: fc.array(fc.oneof(scalar, fc.record({ a: scalar })), { maxLength: 2 }) }),
);
const fact = fc.constantFrom("speed", "level", "tags", "box", "missing", "toString", "valueOf");
const path = fc.option(
  fc.constantFrom("$.a", "$.b", "$.b[0]", "$.b[1].a", "$[0]", "$.length", "$['a']", "$.x-y.z", "$.a[0]"),
  { nil: undefined },
);
const target = fc.record({ fact, path }, { requiredKeys: ["fact"] });
const operator = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...operatorNames) },
  fc
    .tuple(
      fc.array(fc.constantFrom(...decoratorNames), { minLength: 1, maxLength: 2 }),
      fc.constantFrom(...operatorNames),
    )
    .map(([decorators, name]) => [...decorators, name].join(":")),
);
const comparison = fc
  .tuple(target, operator, fc.oneof({ weight: 4, arbitrary: value }, target))
  .map(([{ fact, path }, operator, value]) => asJson({ fact, operator, value, ...(path && { path }) }));
/** Conditions in which these names may stand, at the top and further in. */
const conditionWith = (names: readonly string[]) =>
  fc.letrec<{ clause: Clause; condition: Condition }>((tie) => {
    const named =
      names.length > 0
        ? [fc.record({ condition: fc.constantFrom(...names) }) as fc.Arbitrary<Condition>]
        : [];
    return {
      clause: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        { weight: 3, arbitrary: comparison as fc.Arbitrary<Clause> },
        ...named.map((arbitrary) => ({ weight: 2, arbitrary })),
        tie("condition"),
      ),
      condition: fc.oneof(
        fc.record({ all: fc.array(tie("clause"), { maxLength: 3 }) }),
        fc.record({ any: fc.array(tie("clause"), { maxLength: 3 }) }),
        fc.record({ not: tie("clause") }),
        ...named,
      ) as fc.Arbitrary<Condition>,
    };
  }).condition;
const condition = conditionWith([]);
// A name may use those before it.
const names = ["rush hour", "toString", "Nässe"];
const named = fc.record({
  conditions: fc
    .tuple(...names.map((_, i) => conditionWith(names.slice(0, i))))
    .map((all): Record<string, Condition> => Object.fromEntries(all.map((each, i) => [names[i]!, each]))),
  condition: conditionWith(names),
});
const values = fc
  .record({ speed: value, level: value, tags: value, box: value, toString: scalar }, { requiredKeys: [] })
  .map((it) => asJson(it) as Values);

/** One engine for each verdict: overlapping runs of one engine leave rules out. */
async function reference(
  conditions: Condition,
  facts: Values,
  named: Record<string, Condition> = {},
): Promise<boolean | Error> {
  const engine = new Engine([{ conditions: conditions as never, event: { type: "held" } }], {
    allowUndefinedFacts: true,
  });
  for (const [name, condition] of Object.entries(named)) engine.setCondition(name, condition as never);
  try {
    return (await engine.run(facts)).events.length === 1;
  } catch (error) {
    return error as Error;
  }
}

test("compiled conditions give the verdict of json-rules-engine", async () => {
  let verdicts = 0;
  let held = 0;
  let sound = 0;
  await fc.assert(
    fc.asyncProperty(named, values, async ({ conditions, condition }, values) => {
      const expected = await reference(condition, values, conditions);
      const of = (name: string): Clause => withoutNames(conditions[name]!, of);
      const writtenOut = withoutNames(condition, of) as Condition;
      const holds = compileCondition(writtenOut);
      const named = new NamedConditions(conditions);
      const { problems, isBroken } = named.check(condition);
      if (problems.length === 0 && !isBroken) {
        sound++;
        expect(named.writeOut(condition)).toEqual(writtenOut);
      }
      // Where the engine fails there is no verdict to agree with.
      if (expected instanceof Error) return;
      verdicts++;
      if (expected) held++;
      expect(holds(values)).toBe(expected);
    }),
    { numRuns: 10_000 },
  );
  expect(verdicts).toBeGreaterThan(6000);
  expect(held).toBeGreaterThan(1200);
  expect(sound).toBeGreaterThan(1000);
});

test("a single comparison of which the engine makes nothing throws a sentence", async () => {
  let failures = 0;
  await fc.assert(
    fc.asyncProperty(comparison, values, async (comparison, values) => {
      const condition = { all: [comparison as Clause] };
      if (!((await reference(condition, values)) instanceof Error)) return;
      failures++;
      expect(() => compileCondition(condition)(values)).toThrow(/cannot be compared by/);
    }),
    { numRuns: 2000 },
  );
  expect(failures).toBeGreaterThan(20);
});

test("a condition without problems compiles, whatever its shape", () => {
  fc.assert(
    fc.property(fc.oneof(condition, fc.jsonValue()), (input) => {
      if (checkCondition(input).length > 0) return;
      expect(typeof compileCondition(input as Condition)).toBe("function");
    }),
    { numRuns: 2000 },
  );
});
