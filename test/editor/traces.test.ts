import { expect, test } from "vitest";
import { fits, outputsIn } from "../../editor/src/traces/filter.ts";
import type { Trace } from "../../engine/model/trace.ts";

const trace: Trace = {
  message: "1:2",
  device: { id: "d1", name: "Detector 7" },
  flow: "jams",
  version: 2,
  at: 1000,
  isTick: false,
  values: { speed: 17, road: "A8" },
  steps: [
    { node: "in", out: [["out", { speed: 17 }]] },
    { node: "slow", out: [["pass", { speed: 17 }]] },
    { node: "keep", out: [], error: "Nothing to save" },
  ],
  more: 0,
};
const all = { node: undefined, output: "", text: "", onlyFailed: false };

test.each([
  [{}, true],
  [{ node: "slow" }, true],
  [{ node: "elsewhere" }, false],
  [{ output: "pass" }, true],
  [{ node: "in", output: "pass" }, false],
  [{ text: "detector 7" }, true],
  [{ text: "A8" }, true],
  [{ text: "nothing to save" }, true],
  [{ text: "B9" }, false],
  [{ onlyFailed: true }, true],
  [{ node: "slow", onlyFailed: true }, false],
])("the filter %o lets the trace through: %s", (filter, through) => {
  expect(fits(trace, { ...all, ...filter })).toBe(through);
});

test("the outputs to choose from are those seen, at the step or anywhere", () => {
  expect(outputsIn([trace], undefined)).toEqual(["out", "pass"]);
  expect(outputsIn([trace], "slow")).toEqual(["pass"]);
});
