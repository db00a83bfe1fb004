import "./english.ts";
import { expect, test } from "vitest";
import { caseOf } from "../../editor/src/cases/from-trial.ts";
import { type Answer, answered } from "../../editor/src/try/answers.ts";
import { runCases } from "../../engine/flow/cases.ts";
import { type TryInput, tryFlow } from "../../engine/flow/try.ts";
import type { Flow } from "../../engine/model/flow.ts";

const flow: Flow = {
  id: "fan",
  name: "Fan",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "cool", kind: "command", config: { method: "fanOn", timeout: "10s" } },
    { id: "again", kind: "command", config: { method: "reset" } },
  ],
  edges: [
    { from: "in", output: "out", to: "cool" },
    { from: "cool", output: "failed", to: "again" },
  ],
  layout: {},
};
const startMs = Date.UTC(2026, 10, 26, 8);
const inputs: TryInput[] = [
  { device: { name: "trial" }, at: startMs, ts: startMs, values: { t: 9 } },
  { tick: startMs + 10_000 },
];
const answer = (command: number, state: Answer["state"], text = "", after = "5s"): Answer => ({
  command,
  state,
  after,
  text,
});
const trial = (...answers: Answer[]) => answered(inputs, answers, (all) => tryFlow(flow, all));

test.each<[Answer, string, object]>([
  [answer(1, "succeeded", '{"ok": true}'), "succeeded", { answer: { ok: true } }],
  [answer(1, "failed", "no power"), "failed", { reason: "no power" }],
  [answer(1, "timed_out", "", "60s"), "failed", { state: "timed_out" }],
])("the trial goes on from how a command ended, and passes as a case: %o", (given, output, command) => {
  const { inputs, result } = trial(given);
  expect(result.problems).toEqual([]);
  const left = result.steps.filter(({ node }) => node === "cool").flatMap(({ out }) => out);
  expect(left.at(-1)).toMatchObject([output, { values: { command } }]);
  const made = caseOf({ flow, inputs }, "Answered");
  expect(made.expect.results).toMatchObject([{ node: "cool", output }]);
  expect(runCases(flow, [made])).toMatchObject([{ passed: true, failures: [] }]);
});

test("a command sent because of an answer can be answered, too; one that is not sent is left out", () => {
  const both = trial(answer(2, "succeeded"), answer(1, "failed"));
  expect(both.inputs).toMatchObject([
    { at: startMs },
    { command: 1, at: startMs + 5000 },
    { tick: startMs + 10_000 },
    { command: 2, at: startMs + 10_000 },
  ]);
  expect(both.result.problems).toEqual([]);
  expect(trial(answer(2, "succeeded")).inputs).toEqual(inputs);
});
