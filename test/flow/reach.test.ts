import { expect, test } from "vitest";
import { nodesBefore, profilesAt } from "../../engine/flow/reach.ts";
import type { Flow } from "../../engine/model/flow.ts";

const node = (id: string, kind: string, config: object = {}) =>
  ({ id, kind, config }) as Flow["nodes"][number];
const flow: Flow = {
  id: "f",
  name: "F",
  schema: 1,
  nodes: [
    node("loops", "input", { profiles: ["loop-detector"] }),
    node("signs", "input", { profiles: ["sign", "lamp"] }),
    node("all", "input"),
    node("sane", "filter", { when: { all: [] } }),
    node("both", "filter", { when: { all: [] } }),
    node("any", "filter", { when: { all: [] } }),
    node("alone", "filter", { when: { all: [] } }),
  ],
  edges: [
    { from: "loops", output: "out", to: "sane" },
    { from: "sane", output: "pass", to: "both" },
    { from: "signs", output: "out", to: "both" },
    { from: "both", output: "pass", to: "any" },
    { from: "all", output: "out", to: "any" },
    // A circle, as a draft may hold one.
    { from: "both", output: "drop", to: "sane" },
  ],
  layout: {},
};

test.each([
  ["sane", ["lamp", "loop-detector", "sign"]],
  ["loops", ["loop-detector"]],
  ["both", ["lamp", "loop-detector", "sign"]],
  ["any", undefined],
  ["alone", undefined],
])("messages that come to %s are of the profiles %s", (id, profiles) => {
  const found = profilesAt(flow, id);
  expect(found && [...found].sort()).toEqual(profiles);
});

test("the nodes before a node are those with a way to it, and itself", () => {
  expect([...nodesBefore(flow, "both")].sort()).toEqual(["both", "loops", "sane", "signs"]);
  expect([...nodesBefore(flow, "alone")]).toEqual(["alone"]);
});
