import * as z from "zod";
import type { Message } from "../model/message.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { byHelp, bySetting, shownBy } from "./by.ts";
import { fieldName, listed } from "./field.ts";
import { fingerprint } from "./fingerprint.ts";
import { defineKind } from "./kind.ts";

const configSchema = z.strictObject({
  fields: z.array(fieldName).max(50).default([]).meta({
    title: "Fields",
    description: "What must be the same; none chosen: all fields",
  }),
  within: durationBetween("1s", "31d").meta({
    title: "Within",
    description: "How long a message is remembered, by event time",
    widget: "duration",
  }),
  by: bySetting,
});

/** Messages that passed, oldest first: fingerprint and event time, in turn. */
type Passed = readonly (string | number)[];

const maxPassed = 200;

/** Takes repetitions out. */
export const deduplicate = defineKind({
  kind: "deduplicate",
  version: 1,
  title: "Deduplicate",
  group: "Decide",
  icon: "copy-minus",
  summary: "Lets the first of several messages with the same values pass.",
  help: `A message is a repetition when the device sent one with the same values that left by **pass**, and the times of the two
are less than **within** apart, whichever came first. Repetitions leave by **rest**. They do not lengthen the time: a value
sent every second passes once in each *within*.

Compare **all fields**, or choose those that make a message the same, such as the number of a card or of a parcel. The time of
the messages is not compared; an upload that a device sends twice over the network is found by Millrace before it gets here.

- A **missing** field is the same as a missing one, **null** the same as null, and the two are not the same as each other.
- A text is never the same as a number: "12" is not 12. Lists and maps are the same when all they hold is. **Infinite**
  numbers and null are the same.

Of each device the last 200 different messages are remembered, as fingerprints of 64 bits; beyond that the oldest is forgotten,
and its repetition passes. What lies twice
*within* or more behind the newest time is forgotten too.

${byHelp}`,
  remembers: { "*": "Passed (fingerprint, then time)" },
  outputs: [
    { name: "pass", title: "New" },
    { name: "rest", title: "Repetition" },
  ],
  config: configSchema,
  groupsBy: ({ by }) => by,
  memory: ({ fields }) => fields,
  describe: ({ fields, within, by }) =>
    `once in ${within} for the same ${fields.length > 0 ? listed(fields) : "values"}${shownBy(by)}`,
  create({ fields, within }) {
    const withinMs = parseDuration(within);
    const markOf =
      fields.length > 0
        ? ({ values }: Message) => fingerprint(fields.map((name) => fingerprint(values[name])))
        : ({ values }: Message) => fingerprint(values);
    return {
      evaluate(message, state) {
        const { ts } = message;
        const mark = markOf(message);
        const passed = (state ?? []) as Passed;
        for (let i = 0; i < passed.length; i += 2)
          if (passed[i] === mark && Math.abs(ts - (passed[i + 1] as number)) < withinMs)
            return { out: [["rest", message]] };
        return { state: remember(passed, mark, ts, withinMs), out: [["pass", message]] };
      },
    };
  },
  examples: [
    {
      title: "a tag that a gate reads three times counts once in ten seconds",
      config: { fields: ["tag"], within: "10s" },
      given: [
        { at: 0, values: { tag: "A7", rssi: -60 } },
        { at: 2000, values: { tag: "A7", rssi: -52 } },
        { at: 3000, values: { tag: "B1", rssi: -70 } },
        { at: 10_000, values: { tag: "A7", rssi: -61 } },
      ],
      expect: {
        out: [
          ["pass", { tag: "A7", rssi: -60 }],
          ["rest", { tag: "A7", rssi: -52 }],
          ["pass", { tag: "B1", rssi: -70 }],
          ["pass", { tag: "A7", rssi: -61 }],
        ],
      },
    },
    {
      title: "without fields, all values must be the same, in whatever order",
      config: { within: "1m" },
      given: [
        { at: 0, values: { level: 2, pump: "on" } },
        { at: 1000, values: { pump: "on", level: 2 } },
        { at: 2000, values: { pump: "on", level: "2" } },
      ],
      expect: {
        out: [
          ["pass", { level: 2, pump: "on" }],
          ["rest", { pump: "on", level: 2 }],
          ["pass", { pump: "on", level: "2" }],
        ],
      },
    },
    {
      title: "a card read at two gates of a site within a minute counts once",
      config: { fields: ["card"], within: "1m", by: "site" },
      given: [
        { at: 0, values: { card: "7F" }, device: { id: "north gate", attributes: { site: "Mill" } } },
        { at: 9000, values: { card: "7F" }, device: { id: "south gate", attributes: { site: "Mill" } } },
        { at: 9500, values: { card: "7F" }, device: { id: "pier", attributes: { site: "Port" } } },
      ],
      expect: {
        out: [
          ["pass", { card: "7F", site: "Mill" }],
          ["rest", { card: "7F", site: "Mill" }],
          ["pass", { card: "7F", site: "Port" }],
        ],
      },
    },
    {
      title: "a missing field is the same as a missing one, but not as null",
      config: { fields: ["code"], within: "1m" },
      given: [
        { at: 0, values: { a: 1 } },
        { at: 1000, values: { a: 2 } },
        { at: 2000, values: { code: null } },
      ],
      expect: {
        out: [
          ["pass", { a: 1 }],
          ["rest", { a: 2 }],
          ["pass", { code: null }],
        ],
      },
    },
  ],
});

/** Adds the newest, and drops what no message can repeat any more: what is too old beside the newest time. */
function remember(passed: Passed, mark: string, ts: number, withinMs: number): Passed {
  let newest = ts;
  for (let i = 1; i < passed.length; i += 2) if ((passed[i] as number) > newest) newest = passed[i] as number;
  const kept: (string | number)[] = [];
  for (let i = 0; i < passed.length; i += 2)
    // Twice the time: a message may come out of order by that much and still be compared.
    if (newest - (passed[i + 1] as number) < 2 * withinMs) kept.push(passed[i]!, passed[i + 1]!);
  kept.push(mark, ts);
  return kept.length > 2 * maxPassed ? kept.slice(2) : kept;
}
