import { expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { DeviceContext } from "../../engine/model/device.ts";
import type { Deployment, Flow } from "../../engine/model/flow.ts";

const flow: Flow = {
  id: "limits",
  name: "Limits",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "more",
      kind: "enrich",
      config: {
        related: [{ through: "road", attribute: "limit" }],
        lookup: [{ table: "zones", by: "zone", column: "fine" }],
      },
    },
    { id: "keep", kind: "save", config: { measurement: "m" } },
  ],
  edges: [
    { from: "in", to: "more" },
    { from: "more", output: "out", to: "keep" },
    { from: "more", output: "missing", to: "keep" },
  ],
  layout: {},
};

const deploy = (revision: number, fine: number): Entry => ({
  type: "deploy",
  deployment: {
    revision,
    flows: [{ version: 1, definition: flow }],
    tables: {
      zones: {
        key: "zone",
        columns: [
          { name: "zone", type: "text" },
          { name: "fine", type: "number" },
        ],
        rows: [["A", fine]],
      },
    },
  },
});

let at = 0;
function message(context?: Partial<DeviceContext>): Entry {
  const own = { id: "d", name: "d", profile: "default", attributes: { zone: "A", road: "A1" }, revision: 1 };
  return {
    type: "upload",
    device: "d",
    upload: "telemetry",
    arrivedAt: ++at,
    payload: '{"n":1}',
    binary: false,
    id: "",
    checkId: false,
    ...(context && { context: { ...own, ...context } }),
  };
}
const road = (limit: number, relatedRevision: number) => ({
  related: { road: { name: "A1", profile: "road", attributes: { limit } } },
  relatedRevision,
});

/** Fields of the points, with the entries cut into batches of `size`. */
function fieldsOf(entries: readonly Entry[], size: number) {
  const state = new LaneState();
  const compile = (deployment: Deployment) => compilePlan(deployment.flows, deployment);
  const points = [];
  for (let from = 0; from < entries.length; from += size) {
    const plan = compile(state.deployment);
    const batch = entries.slice(from, from + size);
    const outcome = run({ lane: 0, maxAheadMs: 0, plan, compile }, state, batch);
    state.merge(outcome);
    points.push(...outcome.points);
  }
  return points.map(({ fields }) => fields);
}

test.each([1, 2, 100])(
  "a table and another device change at their place in the order, in batches of %i",
  (size) => {
    const entries = [
      deploy(1, 20),
      message(road(80, 5)),
      deploy(2, 30),
      message(),
      message(road(60, 6)),
      // Told late by another process, and with less.
      message(road(80, 5)),
      message({}),
      deploy(1, 20),
      message({ revision: 2 }),
    ];
    expect(fieldsOf(entries, size)).toEqual([
      { n: 1, limit: 80, fine: 20 },
      { n: 1, limit: 80, fine: 30 },
      { n: 1, limit: 60, fine: 30 },
      { n: 1, limit: 60, fine: 30 },
      { n: 1, limit: 60, fine: 30 },
      { n: 1, fine: 30 },
    ]);
  },
);
