import "./english.ts";
import { expect, test } from "vitest";
import { differenceWords } from "../../editor/src/cases/difference-words.ts";
import { caseOf, titleOf } from "../../editor/src/cases/from-trial.ts";
import { remembered } from "../../editor/src/try/memory.ts";
import { runCases } from "../../engine/flow/cases.ts";
import { type TryInput, tryFlow } from "../../engine/flow/try.ts";
import type { Flow } from "../../engine/model/flow.ts";

const flow: Flow = {
  id: "cold",
  name: "Cold",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "keep", kind: "save", config: { measurement: "cold", fields: ["t"] } },
    {
      id: "warm",
      kind: "alert",
      config: {
        type: "Too warm",
        severity: "major",
        raise: { all: [{ fact: "t", operator: "greaterThan", value: 8 }] },
        clear: { all: [{ fact: "t", operator: "lessThan", value: 6 }] },
      },
    },
  ],
  edges: [
    { from: "in", output: "out", to: "keep" },
    { from: "in", output: "out", to: "warm" },
  ],
  layout: {},
};
const startMs = Date.UTC(2026, 10, 25, 8);
const inputs: TryInput[] = [
  {
    device: { name: "trial", profile: "cell", attributes: { hall: 2 } },
    at: startMs,
    ts: startMs,
    values: { t: 9 },
  },
  { tick: startMs + 60_000 },
];

test("a trial as a case passes on the flow it was made with, and says where another flow differs", () => {
  const made = caseOf({ flow, inputs }, "Warm");
  expect(runCases(flow, [made])).toMatchObject([{ passed: true, path: ["in", "keep", "warm"] }]);
  const other = structuredClone(flow);
  other.nodes[2]!.config.severity = "minor";
  const [result] = runCases(other, [made]);
  expect(differenceWords(result!.failures[0]!)).toBe("Alarm 1, Severity: should be Major, but it is Minor");
});

test("a title is offered by what came, unlike those taken", () => {
  const result = tryFlow(flow, inputs);
  expect(titleOf({ flow, result }, [])).toBe("Too warm");
  expect(titleOf({ flow, result }, ["Too warm", "Too warm 2"])).toBe("Too warm 3");
});

test.each([
  ['alarms[0]: expected {"type":"Jam"}, got no more', "Alarm 1 is missing: Type Jam"],
  [
    'commands[1]: expected no more, got {"method":"open"}',
    "Command 2 should not be there, but it is: Method open",
  ],
  ["points[3].fields.mean: expected 4, got 5", "Point 4, Fields: Mean: should be 4, but it is 5"],
  ["The trial ended after 20000 steps.", "The trial ended after 20000 steps."],
])("the difference %s is told as %s", (failure, words) => {
  expect(differenceWords(failure)).toBe(words);
});

test("memory is told by its plain values, what did not change left out, times from the trial's beginning", () => {
  const before = { count: 1, since: startMs };
  const after = { count: 2, since: startMs, last: { at: startMs + 120_000 } };
  expect(remembered({ before, after, startMs })).toEqual([
    { name: "Count", before: "1", after: "2" },
    { name: "Last At", before: undefined, after: "after 2 minutes" },
  ]);
});

test("memory is told in the words that the kind of step has for it", () => {
  const names = {
    d: "Closed up to",
    "o.*.1": "Window begins",
    "o.*.2": "Messages in it",
    "o.*.*": "Value in it",
    f: "",
  };
  const before = { d: startMs, o: [[startMs, 1, 9]], f: 77 };
  const after = { d: startMs, o: [[startMs, 2, 19]], f: 78 };
  expect(remembered({ before, after, startMs, names })).toEqual([
    { name: "Messages in it, 1", before: "1", after: "2" },
    { name: "Value in it, 1", before: "9", after: "19" },
  ]);
});
