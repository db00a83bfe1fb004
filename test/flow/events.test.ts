import { expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { CommandResult } from "../../engine/model/command.ts";
import type { CommandEffect } from "../../engine/model/effect.ts";
import type { Flow, FlowNode } from "../../engine/model/flow.ts";
import type { Values } from "../../engine/model/value.ts";

const context = { id: "d1", name: "Room", profile: "default", attributes: {}, revision: 1 };

/** A lane with these flows. Its state goes through text between any two entries. */
function lane(...flows: Flow[]) {
  const plan = compilePlan(flows.map((definition) => ({ version: 1, definition })));
  let state = new LaneState();
  state.take("d1", [JSON.stringify(context), undefined, undefined]);
  return (...entries: Entry[]) => {
    const outcome = run({ lane: 0, maxAheadMs: 1e15, plan, compile: () => plan }, state, entries);
    state.merge(outcome);
    const stored = state;
    state = new LaneState();
    state.sequence = stored.sequence;
    state.take("d1", [
      JSON.stringify(stored.contexts.get("d1")),
      stored.keys.get("d1") && JSON.stringify(stored.keys.get("d1")),
      stored.recent.get("d1"),
    ]);
    for (const { w } of Object.values(stored.keys.get("d1")?.n ?? {}))
      if (w !== undefined) state.wakes.set("d1", w);
    return outcome;
  };
}

const flow = (id: string, types: string[], ...nodes: FlowNode[]): Flow => ({
  id,
  name: id,
  schema: 1,
  nodes: [{ id: "in", kind: "input", config: { types } }, ...nodes],
  edges: nodes.map(({ id }) => ({ from: "in", output: "out", to: id })),
  layout: {},
});
const save: FlowNode = { id: "kept", kind: "save", config: { measurement: "events" } };

const alarm = (number: number, values: Values, by?: string): Entry => ({
  type: "event",
  event: "alarm-change",
  device: "d1",
  at: 1000,
  number,
  values,
  ...(by && { by }),
});
const reading = (values: Values, at = 1000): Entry => ({
  type: "upload",
  device: "d1",
  upload: "telemetry",
  arrivedAt: at,
  payload: JSON.stringify(values),
  binary: false,
  id: "",
  checkId: false,
});

test("what happened enters by its type, once however often it comes, and in order", () => {
  const take = lane(flow("a", ["alarm-change"], save), flow("b", ["telemetry"], save));
  const entries = [1, 2, 1, 3, 2, 3].map((number) => alarm(number, { number }));
  const outcomes = entries.map((entry) => take(entry));
  expect(outcomes.flatMap(({ points }) => points.map(({ fields }) => fields.number))).toEqual([1, 2, 3]);
  expect(outcomes.map(({ repeated }) => repeated)).toEqual([0, 0, 1, 0, 1, 1]);
});

test("a repetition is found within a batch too", () => {
  const take = lane(flow("a", ["alarm-change"], save));
  expect(take(alarm(5, { n: 5 }), alarm(5, { n: 5 }), alarm(4, { n: 4 })).points).toHaveLength(1);
});

test("a flow does not see what it did itself; others do, and all see what an operator did", () => {
  const take = lane(flow("a", ["alarm-change"], save), flow("b", ["alarm-change"], save));
  expect(take(alarm(1, { n: 1 }, "a")).points).toHaveLength(1);
  expect(take(alarm(2, { n: 2 })).points).toHaveLength(2);
});

test("what happened to a device that the lane does not know is a dead letter, and known with its context", () => {
  const take = lane(flow("a", ["connected"], save));
  const connected: Entry = {
    type: "event",
    event: "connected",
    device: "d2",
    at: 5,
    values: { protocol: "mqtt" },
  };
  expect(take(connected).effects).toMatchObject([
    { type: "dead-letter", reason: "unknown_device", device: "d2" },
  ]);
  const known = { ...context, id: "d2" };
  expect(take({ ...connected, context: known }).points).toMatchObject([
    { fields: { protocol: "mqtt" }, ts: 5 },
  ]);
});

const fan: FlowNode = {
  id: "fan",
  kind: "command",
  config: {
    method: "fanOn",
    confirm: {
      when: { all: [{ fact: "v", operator: "lessThan", value: { fact: "before.v" } }] },
      within: "5m",
    },
  },
};
const hot: FlowNode = {
  id: "hot",
  kind: "alert",
  config: {
    type: "Hot",
    severity: "minor",
    raise: { all: [{ fact: "v", operator: "greaterThan", value: 20 }] },
  },
};
const escalate: FlowNode = {
  id: "escalate",
  kind: "alert",
  config: { type: "Not cooling", severity: "critical", raise: { all: [] } },
};
const cooling: Flow = {
  ...flow("cooling", ["telemetry"]),
  nodes: [{ id: "in", kind: "input", config: {} }, hot, fan, escalate],
  edges: [
    { from: "in", output: "out", to: "hot" },
    { from: "hot", output: "raised", to: "fan" },
    { from: "fan", output: "failed", to: "escalate" },
  ],
};

function resultOf(effect: CommandEffect, number: number, state: CommandResult["state"]): Entry {
  const { flow, node, ref = "", alarmId } = effect;
  const result = { ref, of: 1, state, command: { id: 1, state } };
  return { type: "result", device: "d1", at: 2000, number, flow, node, result, ...(alarmId && { alarmId }) };
}

test("a failed command goes on by its node's output, once, with the message, the time and the alarm it answers", () => {
  const take = lane(cooling);
  const { effects } = take(reading({ v: 30 }));
  const sent = effects.find((effect) => effect.type === "command")!;
  const raised = effects.find((effect) => effect.type === "raise")!;
  expect(sent.alarmId).toBe(raised.id);
  const failed = resultOf(sent, 7, "failed");
  expect(take(failed).effects).toMatchObject([
    {
      type: "raise",
      alarm: "Not cooling",
      at: 2000,
      cause: { values: { v: 30, command: { id: 1, state: "failed" } }, path: ["fan", "escalate"] },
    },
  ]);
  expect(take(failed).effects).toEqual([]);
});

test("later readings confirm wherever they go in the flow; the node watches no longer than it has to", () => {
  const take = lane(cooling);
  const sent = take(reading({ v: 30 })).effects.find((effect) => effect.type === "command")!;
  expect(take(reading({ v: 25 }, 1500)).keys.get("d1")?.o).toBeUndefined();
  expect(take(resultOf(sent, 1, "succeeded")).keys.get("d1")?.o).toEqual(["cooling/fan"]);
  expect(take(reading({ v: 31 }, 3000)).keys.get("d1")).toBeUndefined();
  const confirmed = take(reading({ v: 29 }, 4000));
  expect(confirmed.keys.get("d1")).toEqual({ n: { "cooling/hot": expect.anything() }, e: 1 });
  expect(take({ type: "tick", at: 1e9 }).effects).toEqual([]);
});

test("without a confirming reading the clock escalates", () => {
  const take = lane(cooling);
  const sent = take(reading({ v: 30 })).effects.find((effect) => effect.type === "command")!;
  take(resultOf(sent, 1, "succeeded"));
  expect(take({ type: "tick", at: 301_000 }).effects).toEqual([]);
  expect(take({ type: "tick", at: 302_000 }).effects).toMatchObject([
    { type: "raise", alarm: "Not cooling" },
  ]);
});

test("a result for a flow that no longer runs is taken for told", () => {
  const take = lane(flow("a", ["telemetry"], save));
  const lost: Entry = {
    type: "result",
    device: "d1",
    at: 1,
    number: 1,
    flow: "gone",
    node: "fan",
    result: { ref: "x", of: 1, state: "failed", command: {} },
  };
  expect(take(lost).effects).toEqual([]);
});
