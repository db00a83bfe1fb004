import { expect, test } from "vitest";
import { World } from "../../engine/backtest/world.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import { planAlone } from "../../engine/flow/plan-alone.ts";
import type { Effect } from "../../engine/model/effect.ts";
import type { Flow } from "../../engine/model/flow.ts";
import type { Point } from "../../engine/model/point.ts";

const startMs = Date.parse("2026-11-20T08:00:00Z");
const flow: Flow = {
  id: "minutes",
  name: "Minutes",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "minute",
      kind: "aggregate",
      config: { window: { size: "1m" }, values: [{ fn: "count", as: "messages" }] },
    },
    { id: "kept", kind: "save", config: { measurement: "minute", fields: ["messages"] } },
    { id: "silent", kind: "absence", config: { after: "30s" } },
    {
      id: "alarm",
      kind: "alert",
      config: {
        type: "Silent",
        severity: "minor",
        raise: { all: [{ fact: "silentMs", operator: "greaterThan", value: 0 }] },
      },
    },
  ],
  edges: [
    { from: "in", output: "out", to: "minute" },
    { from: "minute", output: "window", to: "kept" },
    { from: "in", output: "out", to: "silent" },
    { from: "silent", output: "silent", to: "alarm" },
  ],
  layout: {},
};

const reading = (second: number, device: string): Entry => ({
  type: "upload",
  device,
  upload: "telemetry",
  arrivedAt: startMs + second * 1000,
  payload: JSON.stringify({ n: second }),
  binary: false,
  id: "",
  checkId: false,
  context: { id: device, name: device, profile: "default", attributes: {}, revision: 1 },
});

test("over a time in which the lanes were moved, a backtest goes on with the state of each device", () => {
  const [effects, points]: [Effect[], Point[]] = [[], []];
  const world = new World({
    plan: planAlone(flow, { flows: new Map() }, 1),
    maxAheadMs: 3_600_000,
    heard(outcome) {
      effects.push(...outcome.effects);
      points.push(...outcome.points);
    },
  });
  for (let second = 0; second <= 70; second += 10) {
    const isMoved = second >= 30;
    world.take(startMs / 1000 + second, [
      { lane: isMoved ? 1 : 5, entry: reading(second, "a") },
      { lane: isMoved ? 5 : 9, entry: reading(second, "b") },
    ]);
  }
  expect(points.map(({ tags, fields }) => [tags.device, fields])).toEqual([
    ["a", { messages: 6 }],
    ["b", { messages: 6 }],
  ]);
  // The lane that a device was in does not take it for silent.
  expect(effects).toEqual([]);
});
