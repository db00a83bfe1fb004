import type { Example } from "./kind.ts";

const weighed = { all: [{ fact: "weight", operator: "greaterThan", value: 0 }] };
const read = { all: [{ fact: "kind", operator: "equal", value: "label" }] };

export const joinExamples: readonly Example[] = [
  {
    title: "a weight and the label read a moment later make one parcel",
    config: { one: weighed, other: read, within: "5s" },
    given: [
      { at: 0, values: { weight: 2.4, belt: 3 } },
      { at: 1500, values: { kind: "label", label: "P-17" } },
    ],
    expect: { out: [["matched", { weight: 2.4, belt: 3, kind: "label", label: "P-17" }]] },
  },
  {
    title: "what finds no other half leaves by timeout, by the next message or by the clock",
    config: { one: weighed, other: read, within: "5s" },
    given: [
      { at: 0, values: { weight: 2.4 } },
      { at: 10_000, values: { kind: "label", label: "P-18" } },
      { tick: 15_000 },
      { tick: 16_000 },
    ],
    expect: {
      out: [
        ["timeout", { weight: 2.4 }],
        ["timeout", { kind: "label", label: "P-18" }],
      ],
    },
  },
  {
    title: "a message of both sorts is complete; one with odd or missing fields is of neither",
    config: { one: weighed, other: read, within: "5s" },
    given: [
      { at: 0, values: { weight: null } },
      { at: 1000, values: { kind: 7 } },
      { at: 2000, values: { weight: 3, kind: "label" } },
    ],
    expect: { out: [["matched", { weight: 3, kind: "label" }]] },
  },
];
