import * as z from "zod";
import type { Message } from "../model/message.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { functions } from "./accumulate.ts";
import { distinct, fieldName } from "./field.ts";
import { defineKind, type Step } from "./kind.ts";
import { closeUntil, openWindows, type Result, take } from "./windows.ts";

const reserved = ["windowStart", "windowEnd", "windowCount"];

const valueSchema = z
  .strictObject({
    of: fieldName.optional().meta({ title: "Field", description: "Left out with count: counts messages" }),
    fn: z.enum(functions).meta({ title: "Function" }),
    as: fieldName
      .refine((name) => !reserved.includes(name), "is written by the node itself; choose another name")
      .meta({ title: "As", description: "Field of the result" }),
  })
  .refine((it) => it.fn === "count" || it.of !== undefined, {
    path: ["of"],
    message: "is missing; name the field to aggregate (only count works without)",
  });

const configSchema = z.strictObject({
  window: z
    .strictObject({
      type: z
        .literal("tumbling")
        .default("tumbling")
        .meta({ title: "Kind", description: "One window after the other" }),
      size: durationBetween("1s", "31d").meta({
        title: "Size",
        description: "Length of a window; windows begin at whole multiples of it, in UTC",
        widget: "duration",
      }),
    })
    .meta({ title: "Window" }),
  by: z
    .literal("device")
    .default("device")
    .meta({ title: "By", description: "One row of windows for each device" }),
  values: z
    .array(valueSchema)
    .min(1, "must hold at least one value, such as the avg of speed")
    .max(50)
    .superRefine(distinct((it) => it.as, "as"))
    .meta({ title: "Values" }),
  lateness: durationBetween("0s", "1d").default("0s").meta({
    title: "Lateness",
    description: "How far messages may come out of order before they are late",
    widget: "duration",
  }),
});

/** How long after a window's end a silent device is waited for, in ms. */
const silenceMs = 5000;
const nothing: Step = {};

/** Counts and averages over windows of event time. */
export const aggregate = defineKind({
  kind: "aggregate",
  version: 1,
  title: "Aggregate",
  group: "Transform",
  icon: "sum",
  summary: "Turns the messages of a time window into one: counts, sums, averages and extremes.",
  help: `Windows follow the **event time** of the messages. A window of 5m holds messages from 10:00:00.000 up to, not
including, 10:05:00.000. When it closes, one message leaves by **window** with the values asked for, \`windowStart\` and
\`windowEnd\` (ms) and \`windowCount\`, at the time of the window's end.

A window closes when the device sends a message that is newer than its end by **lateness** or more, or, when the device
falls silent: about five seconds (and the lateness) after its end by the device's own clock. A message
for a window that is closed leaves by **late**, as it came. A device can have 16 windows open; beyond that the oldest
closes early.

- A field that is **missing** or **null** counts for no function.
- sum, avg, min and max take **numbers** only; text and true/false do not count. count, first and last take any value.
- count without a field counts messages. count and sum over nothing are 0; the others are left out of the result.
- first and last go by event time.

Changing the settings of this node in a new version starts with empty windows.`,
  outputs: [
    { name: "window", title: "Closed window" },
    { name: "late", title: "Too late" },
  ],
  config: configSchema,
  describe: ({ window, values }) =>
    `${values.map(({ fn, of }) => (of ? `${fn} of ${of}` : fn)).join(", ")} over ${window.size}`,
  create({ window, values, lateness }) {
    const shape = openWindows({
      sizeMs: parseDuration(window.size),
      latenessMs: parseDuration(lateness),
      values,
    });
    // By the server's clock, as far behind its end as the device's messages come behind their own time.
    const dueAt = (start: number, lagMs: number) =>
      start + shape.sizeMs + lagMs + shape.latenessMs + silenceMs;

    return {
      evaluate(message, state) {
        const before = shape.read(state);
        if (before && shape.endOf(message.ts) <= before.d) return { out: [["late", message]] };
        const { windows, closed } = take(shape, before, message);
        const first = windows.o[0];
        return {
          state: windows,
          wakeAt: first ? dueAt(first[0] as number, windows.l) : null,
          ...(closed.length > 0 && {
            out: closed.map((result) => ["window", resultMessage(message, result)] as const),
          }),
        };
      },
      tick(now, device, state) {
        const before = shape.read(state);
        if (!before) return nothing;
        const due = before.o.filter((it) => dueAt(it[0] as number, before.l) <= now).at(-1);
        const until = due ? (due[0] as number) + shape.sizeMs : before.d;
        const { windows, closed } = closeUntil(shape, before, until);
        const first = windows.o[0];
        const ticked = { id: `tick:${now}`, device, type: "telemetry", arrivedAt: now } as const;
        return {
          state: windows,
          wakeAt: first ? dueAt(first[0] as number, windows.l) : null,
          out: closed.map((result) => ["window", resultMessage(ticked, result)] as const),
        };
      },
    };
  },
  examples: [
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
  ],
});

function resultMessage(from: Omit<Message, "ts" | "values">, { end, values }: Result): Message {
  const { id, device, arrivedAt } = from;
  return { id, device, type: "telemetry", ts: end, arrivedAt, values };
}
