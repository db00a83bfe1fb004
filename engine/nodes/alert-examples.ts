import type { Example } from "./kind.ts";

export const alertExamples: readonly Example[] = [
  {
    title: "two slow readings raise one alarm, a fast one clears it",
    config: {
      type: "Congestion",
      severity: "major",
      raise: { all: [{ fact: "avgSpeed", operator: "lessThan", value: 20 }] },
      clear: { all: [{ fact: "avgSpeed", operator: "greaterThan", value: 30 }] },
    },
    given: [
      { at: 1000, values: { avgSpeed: 15 } },
      { at: 2000, values: { avgSpeed: 12 } },
      { at: 3000, values: { avgSpeed: 25 } },
      { at: 4000, values: { avgSpeed: 31 } },
    ],
    expect: {
      out: [
        ["raised", { avgSpeed: 15 }],
        ["cleared", { avgSpeed: 31 }],
      ],
      wishes: [
        { type: "raise", alarm: "Congestion", severity: "major", details: { avgSpeed: 15 } },
        { type: "clear", alarm: "Congestion" },
      ],
    },
  },
  {
    title: "without a condition to clear, the first harmless message clears, also one without the field",
    config: {
      type: "Too warm",
      severity: "critical",
      raise: { all: [{ fact: "temperature", operator: "greaterThan", value: -15 }] },
    },
    given: [
      { at: 1000, values: { temperature: -10 } },
      { at: 2000, values: { battery: 80 } },
    ],
    expect: {
      out: [
        ["raised", { temperature: -10 }],
        ["cleared", { battery: 80 }],
      ],
      wishes: [{ type: "raise" }, { type: "clear", alarm: "Too warm" }],
    },
  },
  {
    title: "only the chosen fields are kept, as far as they are there",
    config: {
      type: "Door open",
      severity: "warning",
      raise: { all: [{ fact: "door", operator: "equal", value: "open" }] },
      details: ["door", "room"],
    },
    given: [{ at: 1000, values: { door: "open", temperature: -18 } }],
    expect: {
      out: [["raised", { door: "open", temperature: -18 }]],
      wishes: [{ type: "raise", alarm: "Door open", severity: "warning", details: { door: "open" } }],
    },
  },
  {
    title: "severity steps up and down with the level, with some distance so that it does not flutter",
    config: {
      type: "Level high",
      severity: "warning",
      raise: { all: [{ fact: "level", operator: "greaterThan", value: 3 }] },
      steps: [
        { severity: "critical", when: { all: [{ fact: "level", operator: "greaterThan", value: 4 }] } },
      ],
      hysteresis: 0.2,
      calculate: [{ as: "above", expression: "round(level - 3, 1)" }],
    },
    given: [3.5, 4.2, 3.9, 3.7, 2.9, 2.7].map((level, i) => ({ at: i * 1000, values: { level } })),
    expect: {
      out: [
        ["raised", { level: 3.5 }],
        ["updated", { level: 4.2 }],
        ["updated", { level: 3.7 }],
        ["cleared", { level: 2.7 }],
      ],
      wishes: [
        { type: "raise", alarm: "Level high", severity: "warning", details: { level: 3.5, above: 0.5 } },
        { type: "update", alarm: "Level high", severity: "critical", details: { level: 4.2, above: 1.2 } },
        { type: "update", alarm: "Level high", severity: "warning", details: { level: 3.7, above: 0.7 } },
        { type: "clear", alarm: "Level high" },
      ],
    },
  },
  {
    title: "a room must be warm for ten minutes, also when the probe then falls silent",
    config: {
      type: "Cold chain broken",
      severity: "critical",
      raise: { all: [{ fact: "temperature", operator: "greaterThan", value: -15 }] },
      hold: "10m",
      clearHold: "1m",
    },
    given: [
      { at: 0, values: { temperature: -12 } },
      { at: 60_000, values: { temperature: -18 } },
      { at: 120_000, values: { temperature: -12 } },
      { at: 300_000, values: { temperature: -11 } },
      { tick: 720_000 },
      { at: 780_000, values: { temperature: -18 } },
      { at: 840_000, values: { temperature: -18.5 } },
    ],
    expect: {
      out: [
        ["raised", { temperature: -11 }],
        ["cleared", { temperature: -18.5 }],
      ],
      wishes: [
        { type: "raise", severity: "critical", details: { temperature: -11 } },
        { type: "clear", alarm: "Cold chain broken" },
      ],
    },
  },
  {
    title: "three pump starts in ten minutes raise an alarm of the very pump",
    config: {
      type: "Short cycling",
      severity: "minor",
      raise: { all: [{ fact: "started", operator: "equal", value: true }] },
      repeat: { times: 3, within: "10m" },
      identity: '="pump " + string(pump)',
    },
    given: [
      { at: 0, values: { pump: 1, started: true } },
      { at: 60_000, values: { pump: 2, started: true } },
      { at: 120_000, values: { pump: 1, started: true } },
      { at: 180_000, values: { pump: 1, started: true } },
      { at: 240_000, values: { pump: 2, started: true } },
    ],
    expect: {
      out: [["raised", { pump: 1, started: true }]],
      wishes: [{ type: "raise", alarm: "Short cycling (pump 1)", severity: "minor" }],
    },
  },
  {
    title:
      "an alarm that comes a third time in ten minutes is flapping, and stays until ten quiet minutes have passed",
    config: {
      type: "Door open",
      severity: "warning",
      raise: { all: [{ fact: "open", operator: "equal", value: true }] },
      flapping: { times: 3, within: "10m" },
    },
    given: [
      ...[true, false, true, false, true, false].map((open, i) => ({ at: i * 30_000, values: { open } })),
      { at: 160_000, values: { open: null } },
      { tick: 749_000 },
      { tick: 750_000 },
    ],
    expect: {
      out: [
        ["raised", { open: true }],
        ["cleared", { open: false }],
        ["raised", { open: true }],
        ["cleared", { open: false }],
        ["raised", { open: true }],
        ["cleared", { open: null }],
      ],
      wishes: [
        { type: "raise" },
        { type: "clear" },
        { type: "raise" },
        { type: "clear" },
        { type: "raise", details: { open: true, flapping: true } },
        { type: "clear" },
      ],
    },
  },
  {
    title: "one alarm for a site, whichever of its sensors sees smoke",
    config: {
      type: "Smoke",
      severity: "critical",
      raise: { all: [{ fact: "smoke", operator: "equal", value: true }] },
      clear: { all: [{ fact: "allClear", operator: "equal", value: true }] },
      by: "site",
    },
    given: [
      { at: 1000, values: { smoke: true }, device: { id: "s1", attributes: { site: "Mill" } } },
      { at: 2000, values: { smoke: true }, device: { id: "s2", attributes: { site: "Mill" } } },
      { at: 3000, values: { allClear: true }, device: { id: "desk", attributes: { site: "Mill" } } },
    ],
    expect: {
      out: [
        ["raised", { smoke: true, site: "Mill" }],
        ["cleared", { allClear: true, site: "Mill" }],
      ],
      wishes: [
        { type: "raise", alarm: "Smoke", severity: "critical", details: { smoke: true, site: "Mill" } },
        { type: "clear", alarm: "Smoke" },
      ],
    },
  },
];
