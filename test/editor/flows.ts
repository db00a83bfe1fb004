import type { Flow } from "../../engine/model/flow.ts";

/** Where its nodes stand. */
export const places = { in: { x: 0, y: 0 }, slow: { x: 300, y: 0 }, keep: { x: 600, y: 0 } };

/** in -> slow -> keep, as most tests here begin. */
export const roads: Flow = {
  id: "roads",
  name: "Roads",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "slow",
      kind: "filter",
      config: { when: { all: [{ fact: "speed", operator: "lessThan", value: 30 }] } },
    },
    { id: "keep", kind: "save", name: "Keep", config: { measurement: "roads" } },
  ],
  edges: [
    { from: "in", output: "out", to: "slow" },
    { from: "slow", output: "pass", to: "keep" },
  ],
  layout: places,
};
