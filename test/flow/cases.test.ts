import { describe, expect, it } from "vitest";
import { type Case, casesSchema, runCases } from "../../engine/flow/cases.ts";
import { type Flow, flowSchema } from "../../engine/model/flow.ts";

/** Hot devices raise an alarm, are told to cool, and every temperature is kept. */
const flow: Flow = flowSchema.parse({
  id: "heat",
  name: "Heat",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: { profiles: ["thermometer"] } },
    {
      id: "hot",
      kind: "alert",
      config: {
        type: "Hot",
        severity: "minor",
        raise: { all: [{ fact: "celsius", operator: "greaterThan", value: 60 }] },
      },
    },
    { id: "cool", kind: "command", config: { method: "cool" } },
    { id: "keep", kind: "save", config: { measurement: "heat" } },
  ],
  edges: [
    { from: "in", output: "out", to: "hot" },
    { from: "in", output: "out", to: "keep" },
    { from: "hot", output: "raised", to: "cool" },
  ],
});
const reading = (second: number, celsius: unknown, device: unknown = "t1") => ({
  device,
  at: `2026-11-20T08:00:0${second}Z`,
  values: { celsius },
});

function runOne(given: unknown[], expected: unknown, on = flow) {
  const cases: Case[] = casesSchema.parse([{ title: "one", given, expect: expected }]);
  const [result] = runCases(on, cases);
  expect(result).toMatchObject({ title: "one", passed: result!.failures.length === 0 });
  return result!.failures;
}

describe("a case", () => {
  it("passes when everything it names happened", () => {
    const expected = {
      alarms: [
        { device: "t1", type: "Hot", severity: "minor", status: "active", at: "2026-11-20T09:00:01+01:00" },
        { device: "t1", type: "Hot", status: "cleared", at: "2026-11-20T08:00:02Z" },
      ],
      commands: [{ device: "t1", method: "cool", node: "cool" }],
      points: [{ fields: { celsius: 20 } }, { fields: { celsius: 70 } }, { fields: { celsius: 30 } }],
    };
    expect(runOne([reading(0, 20), reading(1, 70), reading(2, 30)], expected)).toEqual([]);
  });

  it("does not look at lists it leaves out", () => {
    expect(runOne([reading(0, 70)], {})).toEqual([]);
  });

  it("with an empty list fails on anything of that sort", () => {
    const [found] = runOne([reading(0, 70)], { alarms: [] });
    expect(found).toMatch(
      /^alarms\[0\]: expected no more, got \{"device":"t1","type":"Hot","severity":"minor"/,
    );
  });

  it("names what differs", () => {
    expect(runOne([reading(0, 70)], { alarms: [{ severity: "major", type: "Hot" }] })).toEqual([
      'alarms[0].severity: expected "major", got "minor"',
    ]);
  });

  it("fails on what did not happen", () => {
    expect(runOne([reading(0, 20)], { commands: [{ method: "cool" }] })).toEqual([
      'commands[0]: expected {"method":"cool"}, got no more',
    ]);
  });

  it("fails on a dead letter that it does not list", () => {
    const broken = reading(0, { deep: true });
    const [found] = runOne([broken], {});
    expect(found).toMatch(/^deadLetters\[0\]: expected no more/);
    expect(runOne([broken], { deadLetters: [{ node: "keep", device: "t1" }] })).toEqual([]);
  });

  it("gives devices the profile that the flow asks for, unless it names another", () => {
    const other = { name: "t2", profile: "barometer" };
    const given = [reading(0, 70), reading(1, 80, other), reading(2, 80, "t2")];
    expect(runOne(given, { points: [{ device: "t1" }] })).toEqual([]);
  });

  it("fails with the flow's problems when it has any", () => {
    const [problem, ...more] = runOne([reading(0, 70)], {}, { ...flow, edges: [{ from: "in", to: "gone" }] });
    expect(problem).toContain("gone");
    expect(more.every((each) => each !== "")).toBe(true);
  });
});

it.each<[title: string, cases: unknown]>([
  ["no cases", []],
  ["a case without readings", [{ title: "x", given: [], expect: {} }]],
  ["a time without a zone", [{ title: "x", given: [{ tick: "2026-11-20T08:00:00" }], expect: {} }]],
  ["a misspelt list", [{ title: "x", given: [reading(0, 1)], expect: { alarm: [] } }]],
  [
    "an unknown field of an alarm",
    [{ title: "x", given: [reading(0, 1)], expect: { alarms: [{ kind: "Hot" }] } }],
  ],
])("cases.json is refused: %s", (_title, cases) => {
  expect(casesSchema.safeParse(cases).success).toBe(false);
});
