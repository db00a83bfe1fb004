import type { Example } from "./kind.ts";

export const calculateExamples: readonly Example[] = [
  {
    title: "a water meter's litres become a flow per minute, also over a restart of the meter",
    config: {
      rate: [{ of: "litres", as: "flow", per: "min", counter: true }],
      delta: [{ of: "litres", as: "used", counter: true }],
    },
    given: [
      { at: 0, values: { litres: 1000 } },
      { at: 30_000, values: { litres: 1060 } },
      { at: 60_000, values: { litres: 12 } },
    ],
    expect: {
      out: [
        ["out", { litres: 1000 }],
        ["out", { litres: 1060, used: 60, flow: 120 }],
        ["out", { litres: 12, used: 12, flow: 24 }],
      ],
    },
  },
  {
    title: "units are turned, and expressions see the new value",
    config: {
      convert: [
        { of: "speed", from: "mph", to: "km/h", as: "kmh" },
        { of: "temperature", from: "°F", to: "°C" },
      ],
      calculate: [{ as: "tooFast", expression: "kmh > 50" }],
    },
    given: [{ at: 1000, values: { speed: 40, temperature: 212 } }],
    expect: { out: [["out", { speed: 40, temperature: 100, kmh: 64.37376, tooFast: true }]] },
  },
  {
    title: "a message that cannot be calculated leaves as it came, with a sentence, and is not remembered",
    config: { sum: [{ of: "parts", as: "total" }] },
    given: [
      { at: 1000, values: { parts: 5 } },
      { at: 2000, values: { parts: "many" } },
      { at: 3000, values: { state: "idle" } },
      { at: 4000, values: { parts: 2 } },
    ],
    expect: {
      out: [
        ["out", { parts: 5, total: 5 }],
        ["failed", { parts: "many", failure: 'The field "parts" holds "many"; a number is needed.' }],
        ["failed", { state: "idle", failure: 'The field "parts" is missing; a number is needed.' }],
        ["out", { parts: 2, total: 7 }],
      ],
    },
  },
  {
    title: "an older message gets no change, and the newest stays the one to compare with",
    config: { delta: [{ of: "level", as: "rise" }], previous: [{ of: "level", as: "before" }] },
    given: [
      { at: 10_000, values: { level: 3 } },
      { at: 11_000, ts: 5000, values: { level: 9 } },
      { at: 20_000, values: { level: 4 } },
    ],
    expect: {
      out: [
        ["out", { level: 3 }],
        ["out", { level: 9 }],
        ["out", { level: 4, before: 3, rise: 1 }],
      ],
    },
  },
  {
    title: "fields are renamed, and only some go on",
    config: { rename: [{ of: "tmp", as: "temperature" }], keep: ["temperature", "door"], remove: ["door"] },
    given: [{ at: 1000, values: { tmp: -18, door: "shut", rssi: -70 } }],
    expect: { out: [["out", { temperature: -18 }]] },
  },
  {
    title: "the speed of an hour ago, once there is one, and how far it has fallen since",
    config: {
      previous: [{ of: "speed", as: "before", ago: "1h" }],
      calculate: [{ as: "fall", expression: "(before - speed) / before * 100" }],
    },
    given: [
      { at: 0, values: { speed: 80 } },
      { at: 1_800_000, values: { speed: 70 } },
      { at: 3_600_000, values: { speed: 60 } },
      { at: 5_000_000, values: { speed: 60 } },
      { at: 5_400_000, values: { speed: 35 } },
      { at: 20_000_000, values: { speed: 35 } },
    ],
    expect: {
      out: [
        [
          "failed",
          {
            speed: 80,
            failure:
              'The expression `(before - speed) / before * 100` failed at character 2: the message has no field "before".',
          },
        ],
        [
          "failed",
          {
            speed: 70,
            failure:
              'The expression `(before - speed) / before * 100` failed at character 2: the message has no field "before".',
          },
        ],
        ["out", { speed: 60, before: 80, fall: 25 }],
        ["out", { speed: 60, before: 80, fall: 25 }],
        ["out", { speed: 35, before: 70, fall: 50 }],
        [
          "failed",
          {
            speed: 35,
            failure:
              'The expression `(before - speed) / before * 100` failed at character 2: the message has no field "before".',
          },
        ],
      ],
    },
  },
];
