import type { Example } from "./kind.ts";

export const enrichExamples: readonly Example[] = [
  {
    title: "a limit of the device and a speed in other units are added",
    config: {
      attributes: [{ name: "limit" }],
      calculate: [
        { as: "mph", expression: "round(speed / 1.609344, 1)" },
        { as: "tooFast", expression: "speed > limit" },
      ],
    },
    given: [{ at: 1000, values: { speed: 80 }, device: { attributes: { limit: 50 } } }],
    expect: { out: [["out", { speed: 80, limit: 50, mph: 49.7, tooFast: true }]] },
  },
  {
    title: "a device's messages are given the name of its site",
    config: { constants: [{ as: "site", value: "North" }] },
    given: [{ at: 1000, values: { level: 2 } }],
    expect: { out: [["out", { level: 2, site: "North" }]] },
  },
  {
    title: "the first message has no previous value and no change",
    config: { previous: [{ of: "energy", as: "lastEnergy" }], delta: [{ of: "energy", as: "used" }] },
    given: [
      { at: 1000, values: { energy: 100 } },
      { at: 2000, values: { energy: 130 } },
    ],
    expect: {
      out: [
        ["out", { energy: 100 }],
        ["out", { energy: 130, lastEnergy: 100, used: 30 }],
      ],
    },
  },
  {
    title: "a message without the field leaves by missing, and is skipped as previous value",
    config: { delta: [{ of: "temperature", as: "change" }] },
    given: [
      { at: 1000, values: { temperature: -18 } },
      { at: 2000, values: { door: "open" } },
      { at: 3000, values: { temperature: null } },
      { at: 4000, values: { temperature: -15.5 } },
    ],
    expect: {
      out: [
        ["out", { temperature: -18 }],
        ["missing", { door: "open" }],
        ["missing", { temperature: null }],
        ["out", { temperature: -15.5, change: 2.5 }],
      ],
    },
  },
  {
    title: "what can be written is written, even when the rest is missing",
    config: {
      attributes: [{ name: "room", as: "where" }, { name: "target" }],
      calculate: [
        { as: "above", expression: "temperature - target" },
        { as: "kelvin", expression: "temperature + 273.15" },
      ],
    },
    given: [{ at: 1000, values: { temperature: -18 }, device: { attributes: { room: "B2" } } }],
    expect: { out: [["missing", { temperature: -18, where: "B2", kelvin: 255.14999999999998 }]] },
  },
  {
    title: "the limit of a detector's road is an attribute of the road",
    config: { related: [{ through: "road", attribute: "limit" }] },
    given: [
      {
        at: 1000,
        values: { speed: 80 },
        device: {
          attributes: { road: "A1" },
          related: { road: { name: "A1", profile: "road", attributes: { limit: 50 } } },
        },
      },
      { at: 2000, values: { speed: 60 }, device: { attributes: { road: "A7" } } },
    ],
    expect: {
      out: [
        ["out", { speed: 80, limit: 50 }],
        ["missing", { speed: 60 }],
      ],
    },
  },
  {
    title:
      "how warm each sort of goods may be stands in a table; without a row, or with an empty cell, it leaves by missing",
    config: {
      lookup: [
        { table: "goods", by: "sort", column: "warmest" },
        { table: "goods", by: "sort", column: "owner", as: "tell" },
      ],
    },
    tables: {
      goods: {
        key: "sort",
        columns: [
          { name: "sort", type: "text" },
          { name: "warmest", type: "number" },
          { name: "owner", type: "text" },
        ],
        rows: [
          ["fish", -18, "North"],
          ["7", 4, null],
        ],
      },
    },
    given: [
      { at: 1000, values: { sort: "fish" } },
      { at: 2000, values: { sort: 7 } },
      { at: 3000, values: { sort: "milk" } },
      { at: 4000, values: {}, device: { attributes: { sort: "fish" } } },
    ],
    expect: {
      out: [
        ["out", { sort: "fish", warmest: -18, tell: "North" }],
        ["missing", { sort: 7, warmest: 4 }],
        ["missing", { sort: "milk" }],
        ["out", { warmest: -18, tell: "North" }],
      ],
    },
  },
];
