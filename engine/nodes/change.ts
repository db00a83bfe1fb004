import * as z from "zod";
import type { Remark } from "../model/cause.ts";
import type { Value } from "../model/value.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { distinct, fieldName } from "./field.ts";
import { fingerprint } from "./fingerprint.ts";
import { defineKind } from "./kind.ts";
import { isNumber } from "./number.ts";
import { compileNumber, numberOrExpression, shownSetting } from "./setting.ts";

const fieldSchema = z.strictObject({
  of: fieldName.meta({ title: "Field", description: "Field of the message" }),
  by: numberOrExpression({ min: 0 }).default(0).meta({
    title: "By more than",
    description: "Dead-band: how far a number must move to count as changed; 0: any change",
    widget: "numberOrExpression",
  }),
  unit: z.enum(["absolute", "percent"]).default("absolute").meta({
    title: "Measured",
    description: "In the field's own unit, or in percent of the value that went on last",
  }),
});

const configSchema = z.strictObject({
  fields: z
    .array(fieldSchema)
    .min(1, "must name at least one field to watch")
    .max(50)
    .superRefine(distinct((it) => it.of, "of"))
    .meta({ title: "Fields", description: "A change of one of them is enough" }),
  every: durationBetween("1s", "31d").optional().meta({
    title: "At least every",
    description: "A message goes on after this time even without a change",
    widget: "duration",
  }),
});

/** What went on last: event time, then a number or the fingerprint of another value, by field. */
interface Reported {
  t: number;
  f: Record<string, number | string>;
}

const remarks = { went: "{field} went from {before} to {now}" } as const;

/** Lets messages pass that say something new. */
export const change = defineKind({
  kind: "change",
  version: 1,
  title: "Change",
  group: "Decide",
  icon: "wave-square",
  summary: "Lets a message pass when a field has changed by more than a dead-band.",
  help: `Also known as report by exception. A message is compared with the last one of the device that left by **changed**: when
one of the fields has moved by **more than** its dead-band, the message leaves by **changed** and is the one to compare with
from then on. Otherwise it leaves by **same**. Slow drift is caught, since small moves add up until they pass the dead-band.

The dead-band is in the field's own unit or in **percent** of the value that went on last (of 0, any change counts). It can be
an expression, such as \`=device.attributes.tolerance\`; when that gives no number of 0 or more, the message becomes a dead letter.

With **at least every**, a message also leaves by *changed* when its time is that much later than that of the last one. No
message is made up: while the device is silent, nothing leaves.

- The **first** message of a device leaves by *changed*, and so does the first that carries a field not seen before.
- A field that is **missing**, **null** or **infinite** is not looked at, and its last value stays.
- **Texts**, true/false, lists and maps count as changed when they are not equal; so does a text in place of a number.
- Messages are compared in the order they arrive, also when their times are out of order.

The node remembers one value for each field; of long texts, lists and maps a fingerprint only.`,
  remembers: {
    t: "Last reported",
    f: "Reported then",
  },
  remarks,
  outputs: [
    { name: "changed", title: "Changed" },
    { name: "same", title: "Not changed" },
  ],
  config: configSchema,
  memory: () => true,
  describe({ fields, every }) {
    const watched = fields.map(({ of, by, unit }) => {
      if (by === 0) return of;
      return `${of} by more than ${shownSetting(by)}${unit === "percent" ? " %" : ""}`;
    });
    return `${watched.join(" or ")}${every ? `, at least every ${every}` : ""}`;
  },
  create({ fields, every }) {
    const watched = fields.map(({ of, by, unit }, index) => ({
      of,
      bandOf: compileNumber(`fields[${index}].by`, by, { min: 0 }),
      isPercent: unit === "percent",
    }));
    const everyMs = every === undefined ? Number.POSITIVE_INFINITY : parseDuration(every);
    return {
      evaluate(message, state) {
        const { values, ts } = message;
        const last = state as Reported | undefined;
        let isChanged = last === undefined || ts - last.t >= everyMs;
        for (let i = 0; i < watched.length && !isChanged; i++) {
          const { of, bandOf, isPercent } = watched[i]!;
          const now = values[of];
          const before = last!.f[of];
          if (!isComparable(now)) continue;
          if (typeof now !== "number" || typeof before !== "number") isChanged = noteOf(now) !== before;
          else if (now !== before) {
            const band = bandOf(message);
            isChanged = Math.abs(now - before) > (isPercent ? (band / 100) * Math.abs(before) : band);
          }
        }
        if (!isChanged) return { out: [["same", message]] };
        const f: Reported["f"] = Object.assign({}, last?.f);
        for (const { of } of watched) if (isComparable(values[of])) f[of] = noteOf(values[of]);
        return { state: { t: last && last.t > ts ? last.t : ts, f }, out: [["changed", message]] };
      },
      explain({ message, state, output }) {
        const { f = {} } = (state ?? {}) as Partial<Reported>;
        const reasons: Remark[] = [];
        for (const { of } of output === "changed" ? watched : []) {
          const [now, before] = [message?.values[of], f[of]];
          // Of anything but numbers only a mark is remembered.
          if (typeof now === "number" && typeof before === "number" && now !== before)
            reasons.push({ text: remarks.went, with: { field: of, before, now } });
        }
        return { reasons };
      },
    };
  },
  examples: [
    {
      title: "a temperature goes on when it has moved by more than half a degree, also in small steps",
      config: { fields: [{ of: "temperature", by: 0.5 }] },
      given: [-18, -18.4, -18.6, -18.2, -18].map((temperature, i) => ({
        at: i * 1000,
        values: { temperature },
      })),
      expect: {
        out: [
          ["changed", { temperature: -18 }],
          ["same", { temperature: -18.4 }],
          ["changed", { temperature: -18.6 }],
          ["same", { temperature: -18.2 }],
          ["changed", { temperature: -18 }],
        ],
      },
    },
    {
      title: "a pressure goes on when it moves by ten percent, and once a minute anyway",
      config: { fields: [{ of: "bar", by: 10, unit: "percent" }], every: "1m" },
      given: [
        { at: 0, values: { bar: 4 } },
        { at: 10_000, values: { bar: 4.3 } },
        { at: 20_000, values: { bar: 4.5 } },
        { at: 80_000, values: { bar: 4.5 } },
      ],
      expect: {
        out: [
          ["changed", { bar: 4 }],
          ["same", { bar: 4.3 }],
          ["changed", { bar: 4.5 }],
          ["changed", { bar: 4.5 }],
        ],
      },
    },
    {
      title: "a door goes on when it opens or shuts; messages without the field are the same",
      config: { fields: [{ of: "door" }] },
      given: [
        { at: 1000, values: { door: "shut" } },
        { at: 2000, values: { battery: 80 } },
        { at: 3000, values: { door: null } },
        { at: 4000, values: { door: "open" } },
        { at: 5000, values: { door: 1 } },
      ],
      expect: {
        out: [
          ["changed", { door: "shut" }],
          ["same", { battery: 80 }],
          ["same", { door: null }],
          ["changed", { door: "open" }],
          ["changed", { door: 1 }],
        ],
      },
    },
  ],
});

function isComparable(value: Value | undefined): value is Value {
  return value !== undefined && value !== null && (typeof value !== "number" || isNumber(value));
}

/** A number as it is; of anything else what tells it apart. */
const noteOf = (value: Value | undefined) => (typeof value === "number" ? value : fingerprint(value));
