import type { Example } from "./kind.ts";

export const aggregateExamples: readonly Example[] = [
  {
    title: "the average speed of five minutes leaves when a newer message comes",
    config: {
      window: { type: "tumbling", size: "5m" },
      by: "device",
      values: [
        { of: "speed", fn: "avg", as: "avgSpeed" },
        { fn: "count", as: "cars" },
      ],
    },
    given: [
      { at: 0, values: { speed: 40 } },
      { at: 120_000, values: { speed: 20 } },
      { at: 300_000, values: { speed: 90 } },
    ],
    expect: {
      out: [["window", { avgSpeed: 30, cars: 2, windowStart: 0, windowEnd: 300_000, windowCount: 2 }]],
    },
  },
  {
    title: "when the device falls silent, a tick closes the window five seconds after its end",
    config: { window: { size: "1m" }, values: [{ of: "temperature", fn: "max", as: "warmest" }] },
    given: [{ at: 10_000, values: { temperature: -18 } }, { tick: 64_000 }, { tick: 65_000 }],
    expect: {
      out: [["window", { warmest: -18, windowStart: 0, windowEnd: 60_000, windowCount: 1 }]],
    },
  },
  {
    title: "a message for a closed window is late",
    config: { window: { size: "1m" }, values: [{ fn: "count", as: "n" }] },
    given: [
      { at: 59_000, values: { speed: 40 } },
      { at: 61_000, values: { speed: 50 } },
      { at: 62_000, ts: 58_000, values: { speed: 60 } },
    ],
    expect: {
      out: [
        ["window", { n: 1, windowStart: 0, windowEnd: 60_000, windowCount: 1 }],
        ["late", { speed: 60 }],
      ],
    },
  },
  {
    title: "with lateness, messages out of order still count, and first and last go by event time",
    config: {
      window: { size: "10s" },
      values: [
        { of: "level", fn: "first", as: "opening" },
        { of: "level", fn: "last", as: "closing" },
      ],
      lateness: "5s",
    },
    given: [
      { at: 5000, values: { level: 2 } },
      { at: 12_000, values: { level: 9 } },
      { at: 12_500, ts: 8000, values: { level: 3 } },
      { at: 12_600, ts: 1000, values: { level: 1 } },
      { at: 15_000, values: { level: 8 } },
    ],
    expect: {
      out: [["window", { opening: 1, closing: 3, windowStart: 0, windowEnd: 10_000, windowCount: 3 }]],
    },
  },
  {
    title: "missing, null and wrong-typed values do not count",
    config: {
      window: { size: "10s" },
      values: [
        { of: "speed", fn: "avg", as: "avgSpeed" },
        { of: "speed", fn: "sum", as: "sum" },
        { of: "speed", fn: "count", as: "readings" },
      ],
    },
    given: [
      { at: 1000, values: { speed: "fast" } },
      { at: 2000, values: { speed: null } },
      { at: 3000, values: { lane: 2 } },
      { tick: 15_000 },
    ],
    expect: {
      out: [["window", { sum: 0, readings: 1, windowStart: 0, windowEnd: 10_000, windowCount: 3 }]],
    },
  },
  {
    title: "days follow the clock of the place, also when one has 25 hours",
    config: {
      window: { type: "tumbling", size: "1d", zone: "Europe/Berlin" },
      values: [{ of: "litres", fn: "sum", as: "litres" }],
    },
    given: [
      { at: Date.UTC(2026, 9, 24, 22), values: { litres: 5 } },
      { at: Date.UTC(2026, 9, 25, 22, 59), values: { litres: 7 } },
      { at: Date.UTC(2026, 9, 25, 23), values: { litres: 1 } },
    ],
    expect: {
      out: [
        [
          "window",
          {
            litres: 12,
            windowStart: Date.UTC(2026, 9, 24, 22),
            windowEnd: Date.UTC(2026, 9, 25, 23),
            windowCount: 2,
          },
        ],
      ],
    },
  },
  {
    title: "the last hour, every half hour: a message counts in two windows",
    config: {
      window: { type: "hopping", size: "1h", every: "30m" },
      values: [{ of: "count", fn: "rate", per: "h", as: "carsPerHour" }],
    },
    given: [
      { at: 600_000, values: { count: 10 } },
      { at: 2_400_000, values: { count: 20 } },
      { at: 3_600_000, values: { count: 5 } },
    ],
    expect: {
      out: [
        ["window", { carsPerHour: 10, windowStart: -1_800_000, windowEnd: 1_800_000, windowCount: 1 }],
        ["window", { carsPerHour: 30, windowStart: 0, windowEnd: 3_600_000, windowCount: 2 }],
      ],
    },
  },
  {
    title: "a machine's run lasts while its messages come less than two minutes apart",
    config: {
      window: { type: "session", gap: "2m" },
      values: [
        { of: "amps", fn: "max", as: "peak" },
        { of: "program", fn: "distinct", as: "programs" },
      ],
    },
    given: [
      { at: 0, values: { amps: 8, program: "A" } },
      { at: 60_000, values: { amps: 11, program: "B" } },
      { at: 150_000, values: { amps: 9, program: "A" } },
      { at: 300_000, values: { amps: 3 } },
    ],
    expect: {
      out: [["window", { peak: 11, programs: 2, windowStart: 0, windowEnd: 150_000, windowCount: 3 }]],
    },
  },
  {
    title: "the spread of the last ten seconds, with every message",
    config: {
      window: { type: "sliding", size: "10s" },
      values: [
        { of: "mm", fn: "stddev", as: "spread" },
        { of: "mm", fn: "avg", as: "mean" },
      ],
    },
    given: [
      { at: 1000, values: { mm: 4 } },
      { at: 6000, values: { mm: 8 } },
      { at: 14_000, values: { mm: 8 } },
    ],
    expect: {
      out: [
        ["window", { mean: 4, windowStart: -9000, windowEnd: 1000, windowCount: 1 }],
        ["window", { mean: 6, spread: Math.sqrt(8), windowStart: -4000, windowEnd: 6000, windowCount: 2 }],
        ["window", { mean: 8, spread: 0, windowStart: 4000, windowEnd: 14_000, windowCount: 2 }],
      ],
    },
  },
  {
    title: "every three parts, whenever they come",
    config: { window: { type: "count", count: 3 }, values: [{ of: "weight", fn: "avg", as: "weight" }] },
    given: [9, 10, 11, 20].map((weight, i) => ({ at: i * 60_000, values: { weight } })),
    expect: { out: [["window", { weight: 10, windowStart: 0, windowEnd: 120_000, windowCount: 3 }]] },
  },
  {
    title: "an open window tells what it holds so far, and hours without a message are told too",
    config: {
      window: { size: "1h", early: "20m", empty: true },
      values: [{ fn: "count", as: "trips" }],
    },
    given: [
      { at: 0, values: {} },
      { at: 1_200_000, values: {} },
      { at: 7_200_000, values: {} },
    ],
    expect: {
      out: [
        ["window", { trips: 2, windowStart: 0, windowEnd: 3_600_000, windowCount: 2, windowEarly: true }],
        ["window", { trips: 2, windowStart: 0, windowEnd: 3_600_000, windowCount: 2 }],
        ["window", { trips: 0, windowStart: 3_600_000, windowEnd: 7_200_000, windowCount: 0 }],
        [
          "window",
          { trips: 1, windowStart: 7_200_000, windowEnd: 10_800_000, windowCount: 1, windowEarly: true },
        ],
      ],
    },
  },
  {
    title: "all detectors of a road make one average, and the road stands for the device",
    config: {
      by: "road",
      window: { size: "1m" },
      values: [
        { of: "speed", fn: "avg", as: "avgSpeed" },
        { of: "detector", fn: "distinct", as: "detectors" },
      ],
    },
    given: [
      { at: 10_000, values: { speed: 40, detector: 1 }, device: { id: "d1", attributes: { road: "A1" } } },
      { at: 20_000, values: { speed: 60, detector: 2 }, device: { id: "d2", attributes: { road: "A1" } } },
      { at: 30_000, values: { speed: 90, detector: 3 }, device: { id: "d3", attributes: { road: "B2" } } },
      { at: 62_000, values: { speed: 80, detector: 1 }, device: { id: "d1", attributes: { road: "A1" } } },
      {
        at: 63_000,
        ts: 59_000,
        values: { speed: 20, detector: 2 },
        device: { id: "d2", attributes: { road: "A1" } },
      },
      { at: 65_000, values: { speed: 80, detector: 2 }, device: { id: "d2", attributes: { road: "A1" } } },
      { tick: 66_000 },
    ],
    expect: {
      out: [
        [
          "window",
          { road: "A1", avgSpeed: 40, detectors: 2, windowStart: 0, windowEnd: 60_000, windowCount: 3 },
        ],
        [
          "window",
          { road: "B2", avgSpeed: 90, detectors: 1, windowStart: 0, windowEnd: 60_000, windowCount: 1 },
        ],
      ],
    },
  },
  {
    title: "a device whose clock is two days ahead counts at the time at which its messages arrive",
    config: { by: "road", window: { size: "1m" }, values: [{ fn: "count", as: "messages" }] },
    given: [
      { at: 10_000, values: { road: "A1" }, device: { id: "d1" } },
      { at: 20_000, ts: 172_820_000, values: { road: "A1" }, device: { id: "d2" } },
      { at: 30_000, values: { road: "A1" }, device: { id: "d1" } },
      { tick: 65_000 },
    ],
    expect: {
      out: [["window", { road: "A1", messages: 3, windowStart: 0, windowEnd: 60_000, windowCount: 3 }]],
    },
  },
];
