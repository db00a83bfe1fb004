import type { Example } from "./kind.ts";

export const absenceExamples: readonly Example[] = [
  {
    title: "a probe that sends nothing for five minutes is silent once, and back with its next message",
    config: { after: "5m" },
    given: [
      { at: 0, values: { temperature: -18 } },
      { at: 60_000, values: { temperature: -18.1 } },
      { tick: 359_000 },
      { tick: 360_000 },
      { at: 600_000, values: { temperature: -9 } },
    ],
    expect: {
      out: [
        ["silent", { silentSince: 60_000, silentMs: 300_000 }],
        ["back", { temperature: -9, silentMs: 540_000 }],
      ],
    },
  },
  {
    title: "a detector that usually reports every ten seconds is silent after three times that",
    config: { times: 3 },
    given: [
      ...Array.from({ length: 9 }, (_, i) => ({ at: i * 10_000, values: { count: i } })),
      { tick: 110_000 },
    ],
    expect: { out: [["silent", { silentSince: 80_000, silentMs: 30_000 }]] },
  },
  {
    title: "how long a device may be silent is an attribute of it; empty messages are signs of life too",
    config: { after: "=device.attributes.reportEvery * 2" },
    given: [
      { at: 0, values: {}, device: { attributes: { reportEvery: 60 } } },
      { at: 100_000, values: { level: null }, device: { attributes: { reportEvery: 60 } } },
      { tick: 219_000 },
      { tick: 221_000 },
    ],
    expect: { out: [["silent", { silentSince: 100_000, silentMs: 121_000 }]] },
  },
  {
    title: "a site is silent when none of its devices sends anything",
    config: { after: "10m", by: "site" },
    given: [
      { at: 0, values: { v: 1 }, device: { id: "a", attributes: { site: "Mill" } } },
      { at: 300_000, values: { v: 1 }, device: { id: "b", attributes: { site: "Mill" } } },
      { tick: 700_000 },
      { tick: 900_000 },
      { at: 960_000, values: { v: 2 }, device: { id: "a", attributes: { site: "Mill" } } },
    ],
    expect: {
      out: [
        ["silent", { silentSince: 300_000, silentMs: 600_000 }],
        ["back", { v: 2, site: "Mill", silentMs: 660_000 }],
      ],
    },
  },
];
