import type { Flow } from "../engine/model/flow.ts";

/** The flow every benchmark runs: input, filter, enrich, 10 s window, alert with a command, raw and window saved. */
export const referenceFlow: Flow = {
  id: "reference",
  name: "Reference",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: { profiles: ["detector"] } },
    {
      id: "sane",
      kind: "filter",
      config: {
        when: {
          all: [
            { fact: "speed", operator: "greaterThanInclusive", value: 0 },
            { fact: "occupancy", operator: "lessThanInclusive", value: 100 },
          ],
        },
      },
    },
    {
      id: "more",
      kind: "enrich",
      config: { attributes: [{ name: "road" }], delta: [{ of: "speed", as: "change" }] },
    },
    {
      id: "window",
      kind: "aggregate",
      config: {
        window: { type: "tumbling", size: "10s" },
        by: "device",
        values: [
          { of: "speed", fn: "avg", as: "avgSpeed" },
          { of: "occupancy", fn: "max", as: "maxOccupancy" },
        ],
      },
    },
    {
      id: "slow",
      kind: "alert",
      config: {
        type: "Slow",
        severity: "major",
        raise: { all: [{ fact: "speed", operator: "lessThan", value: 10 }] },
        clear: { all: [{ fact: "speed", operator: "greaterThan", value: 20 }] },
      },
    },
    { id: "sign", kind: "command", config: { method: "setLimit", params: { kmh: 40 } } },
    {
      id: "raw",
      kind: "save",
      config: { measurement: "traffic", fields: ["speed", "occupancy", "count", "change"] },
    },
    {
      id: "kept",
      kind: "save",
      config: { measurement: "traffic_10s", fields: ["avgSpeed", "maxOccupancy", "windowCount"] },
    },
  ],
  edges: [
    { from: "in", output: "out", to: "sane" },
    { from: "sane", output: "pass", to: "more" },
    { from: "more", output: "out", to: "window" },
    { from: "more", output: "out", to: "slow" },
    { from: "more", output: "out", to: "raw" },
    { from: "window", output: "window", to: "kept" },
    { from: "slow", output: "raised", to: "sign" },
  ],
  layout: {},
};
