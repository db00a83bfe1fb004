import { expect, test } from "vitest";
import type { FlowPlan, Plan, PlanNode } from "../../engine/flow/compile.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { Flow } from "../../engine/model/flow.ts";

test("a node that fails when it is woken is woken once, keeps its state, and leaves a dead letter", () => {
  const failing: PlanNode = {
    id: "wait",
    ref: "f/wait",
    tag: "wait@1",
    index: 0,
    node: {
      evaluate: () => ({}),
      tick() {
        throw new Error("no reading to go by");
      },
    },
    outputs: new Map(),
    forgets: false,
  };
  const definition: Flow = { id: "f", name: "F", schema: 1, nodes: [], edges: [], layout: {} };
  const flow: FlowPlan = { id: "f", version: 3, definition, nodes: [failing], edges: [], sources: [] };
  const plan: Plan = {
    flows: [flow],
    flowById: new Map([["f", flow]]),
    nodeByRef: new Map([["f/wait", { flow, node: failing }]]),
    shadows: [],
    hasCanaries: false,
    broken: [],
    payloads: new Map(),
    given: { tables: new Map() },
    brought: new Map(),
  };
  const context = { id: "d1", name: "Pump", profile: "default", attributes: {}, revision: 1 };
  const stored = { n: { "f/wait": { k: "wait@1", s: { seen: 7 }, w: 5000 } } };
  const state = new LaneState();
  state.take("d1", [JSON.stringify(context), JSON.stringify(stored), undefined]);
  state.wakes.set("d1", 5000);
  expect(state.wakes.next()).toBe(5000);

  const options = { lane: 0, maxAheadMs: 0, plan, compile: () => plan };
  const outcome = run(options, state, [{ type: "tick", at: 5000 }]);
  state.merge(outcome);
  expect(outcome.effects).toMatchObject([
    { type: "dead-letter", reason: "node_failed", flow: "f", node: "wait" },
  ]);
  expect(state.wakes.next()).toBeUndefined();
  expect(state.keys.get("d1")?.n["f/wait"]?.s).toEqual({ seen: 7 });
});
