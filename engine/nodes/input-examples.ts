import type { Example } from "./kind.ts";

const inService = { all: [{ fact: "inService", operator: "equal", value: true }] };

export const inputExamples: readonly Example[] = [
  {
    title: "without a list, every device's readings come in",
    config: {},
    given: [{ at: 1000, values: { speed: 52 } }],
    expect: { out: [["out", { speed: 52 }]] },
  },
  {
    title: "only loop detectors come in",
    config: { profiles: ["loop-detector"] },
    given: [
      { at: 1000, values: { speed: 52 }, device: { profile: "loop-detector" } },
      { at: 2000, values: { temperature: -18 }, device: { profile: "freezer" } },
    ],
    expect: { out: [["out", { speed: 52 }]] },
  },
  {
    title: "readings stay out where only attributes are asked for",
    config: { types: ["attributes"] },
    given: [{ at: 1000, values: { speed: 52 } }],
    expect: { out: [] },
  },
  {
    title: "only devices in service come in; one of which that is not known does not",
    config: { when: inService },
    given: [
      { at: 1000, values: { n: 1 }, device: { attributes: { inService: true } } },
      { at: 2000, values: { n: 2 }, device: { attributes: { inService: false } } },
      { at: 3000, values: { n: 3 } },
      { at: 4000, values: { n: 4 }, device: { attributes: { inService: null } } },
      { at: 5000, values: { n: 5 }, device: { attributes: { inService: "true" } } },
    ],
    expect: { out: [["out", { n: 1 }]] },
  },
  {
    title: "what happens to a device comes in by its type",
    config: { types: ["disconnected", "command-result", "alarm-change"] },
    given: [
      { at: 1000, type: "connected", values: { protocol: "mqtt" } },
      { at: 2000, values: { speed: 52 } },
      { at: 3000, type: "alarm-change", values: { change: "raised", alarm: "Congestion" } },
      { at: 4000, type: "command-result", values: { state: "timed_out", method: "setLimit" } },
      { at: 5000, type: "disconnected", values: { protocol: "mqtt", connectedMs: 4000 } },
    ],
    expect: {
      out: [
        ["out", { change: "raised", alarm: "Congestion" }],
        ["out", { state: "timed_out", method: "setLimit" }],
        ["out", { protocol: "mqtt", connectedMs: 4000 }],
      ],
    },
  },
];
