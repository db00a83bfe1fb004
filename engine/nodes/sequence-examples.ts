import type { Example } from "./kind.ts";

const is = (fact: string, value: string | boolean) => ({ all: [{ fact, operator: "equal", value }] });
const steps = [
  { name: "pump on", when: is("pump", "on") },
  { name: "water flows", when: { all: [{ fact: "flow", operator: "greaterThan", value: 5 }] } },
];

export const sequenceExamples: readonly Example[] = [
  {
    title: "a pump that is switched on and has flow within ten seconds is in order",
    config: { steps, within: "10s" },
    given: [
      { at: 0, values: { pump: "on" } },
      { at: 2000, values: { flow: 1 } },
      { at: 6000, values: { flow: 9 } },
    ],
    expect: { out: [["matched", { flow: 9, startedAt: 0, tookMs: 6000 }]] },
  },
  {
    title: "a pump without flow is noticed by the clock",
    config: { steps, within: "10s" },
    given: [
      { at: 0, values: { pump: "on" } },
      { at: 4000, values: { flow: 1 } },
      { tick: 10_000 },
      { tick: 11_000 },
    ],
    expect: { out: [["timeout", { pump: "on", stepsDone: 1 }]] },
  },
  {
    title: "door, motion, door: someone went in; odd and missing values meet no step",
    config: {
      steps: [{ when: is("door", "open") }, { when: is("motion", true) }, { when: is("door", "shut") }],
      within: "1m",
    },
    given: [
      { at: 0, values: { motion: true } },
      { at: 1000, values: { door: "open" } },
      { at: 2000, values: { door: null } },
      { at: 3000, values: { motion: "true" } },
      { at: 4000, values: { motion: true } },
      { at: 5000, values: { door: "shut" } },
    ],
    expect: { out: [["matched", { door: "shut", startedAt: 1000, tookMs: 4000 }]] },
  },
  {
    title: "a later message ends what was not in time, and may begin anew",
    config: { steps, within: "10s" },
    given: [
      { at: 0, values: { pump: "on" } },
      { at: 60_000, values: { pump: "on" } },
      { at: 65_000, values: { flow: 9 } },
    ],
    expect: {
      out: [
        ["timeout", { pump: "on", stepsDone: 1 }],
        ["matched", { flow: 9, startedAt: 60_000, tookMs: 5000 }],
      ],
    },
  },
  {
    title: "a parcel seen at the gate and then at the ramp, by two readers",
    config: {
      steps: [
        { name: "gate", when: { all: [{ fact: "place", operator: "equal", value: "gate" }] } },
        { name: "ramp", when: { all: [{ fact: "place", operator: "equal", value: "ramp" }] } },
      ],
      within: "10m",
      by: "parcel",
    },
    given: [
      { at: 0, values: { parcel: "P7", place: "gate" }, device: { id: "reader 1" } },
      { at: 1000, values: { parcel: "P8", place: "gate" }, device: { id: "reader 1" } },
      { at: 60_000, values: { parcel: "P7", place: "ramp" }, device: { id: "reader 2" } },
      { tick: 700_000 },
    ],
    expect: {
      out: [
        ["matched", { parcel: "P7", place: "ramp", startedAt: 0, tookMs: 60_000 }],
        ["timeout", { parcel: "P8", place: "gate", stepsDone: 1 }],
      ],
    },
  },
];
