import type { Example } from "./kind.ts";

export const throttleExamples: readonly Example[] = [
  {
    title: "a sign takes one message in ten seconds, the first",
    config: { limit: 1, per: "10s" },
    given: [
      { at: 0, values: { speed: 40 } },
      { at: 3000, values: { speed: 41 } },
      { at: 10_000, values: { speed: 42 } },
    ],
    expect: {
      out: [
        ["pass", { speed: 40 }],
        ["rest", { speed: 41 }],
        ["pass", { speed: 42 }],
      ],
    },
  },
  {
    title: "the newest level of each minute passes when the minute ends",
    config: { per: "1m", take: "last" },
    given: [
      { at: 0, values: { level: 1 } },
      { at: 20_000, values: { level: 2 } },
      { at: 40_000, values: { level: 3 } },
      { tick: 59_000 },
      { tick: 60_000 },
    ],
    expect: {
      out: [
        ["rest", { level: 1 }],
        ["rest", { level: 2 }],
        ["pass", { level: 3 }],
      ],
    },
  },
  {
    title: "all pass, two every ten seconds, the others wait their turn",
    config: { limit: 2, per: "10s", take: "all" },
    given: [
      { at: 0, values: { n: 1 } },
      { at: 0, values: { n: 2 } },
      { at: 0, values: { n: 3 } },
      { at: 0, values: { n: 4 } },
      { at: 1000, values: { n: 5 } },
      { tick: 10_000 },
      { tick: 20_000 },
    ],
    expect: {
      out: [
        ["pass", { n: 1 }],
        ["pass", { n: 2 }],
        ["pass", { n: 3 }],
        ["pass", { n: 4 }],
        ["pass", { n: 5 }],
      ],
    },
  },
  {
    title: "the limit comes from the device, and odd or missing values do not matter",
    config: { limit: "=device.attributes.perMinute", per: "1m" },
    given: [
      { at: 0, values: {}, device: { attributes: { perMinute: 2 } } },
      { at: 1000, values: { speed: null }, device: { attributes: { perMinute: 2 } } },
      { at: 2000, values: { speed: "fast" }, device: { attributes: { perMinute: 2 } } },
    ],
    expect: {
      out: [
        ["pass", {}],
        ["pass", { speed: null }],
        ["rest", { speed: "fast" }],
      ],
    },
  },
];
