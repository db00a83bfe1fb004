import type { Example } from "./kind.ts";

const workDays = ["mon", "tue", "wed", "thu", "fri"];

export const scheduleExamples: readonly Example[] = [
  {
    title: "a factory works on weekdays from six to ten at night, by its own clock",
    config: { zone: "Europe/Berlin", hours: [{ days: workDays, from: "06:00", to: "22:00" }] },
    given: [
      { at: Date.UTC(2026, 6, 6, 4), values: { shift: "opens on Monday" } },
      { at: Date.UTC(2026, 6, 6, 20), values: { shift: "is over" } },
      { at: Date.UTC(2026, 6, 11, 10), values: { shift: "is off on Saturday" } },
    ],
    expect: {
      out: [
        ["inside", { shift: "opens on Monday" }],
        ["outside", { shift: "is over" }],
        ["outside", { shift: "is off on Saturday" }],
      ],
    },
  },
  {
    title: "when daylight saving begins, seven on the wall comes an hour earlier",
    config: { zone: "Europe/Berlin", hours: [{ days: ["sat", "sun"], from: "07:00", to: "08:00" }] },
    given: [
      { at: Date.UTC(2026, 2, 28, 6), values: { day: "Saturday" } },
      { at: Date.UTC(2026, 2, 29, 5), values: { day: "Sunday" } },
      { at: Date.UTC(2026, 2, 29, 6), values: { day: "an hour later" } },
    ],
    expect: {
      out: [
        ["inside", { day: "Saturday" }],
        ["inside", { day: "Sunday" }],
        ["outside", { day: "an hour later" }],
      ],
    },
  },
  {
    title: "a night shift runs into the next day, and holidays are outside",
    config: {
      zone: "UTC",
      hours: [{ days: workDays, from: "22:00", to: "06:00" }],
      dates: [{ from: "12-24", to: "01-02" }],
    },
    given: [
      { at: Date.UTC(2026, 10, 28, 5, 59), values: { temperature: null } },
      { at: Date.UTC(2026, 10, 28, 6), values: {} },
      { at: Date.UTC(2026, 11, 24, 23), values: { day: "Christmas Eve" } },
    ],
    expect: {
      out: [
        ["inside", { temperature: null }],
        ["outside", {}],
        ["outside", { day: "Christmas Eve" }],
      ],
    },
  },
];
