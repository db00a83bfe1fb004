import * as z from "zod";
import { defineKind } from "./kind.ts";
import { scheduleExamples } from "./schedule-examples.ts";
import { type Hours, openWeek, weekdays } from "./week.ts";
import { openZone, timeZone } from "./zone.ts";

const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'is no time of day; write it such as "07:30"')
  .meta({ widget: "timeOfDay", examples: ["07:30"] });
const date = z
  .string()
  .refine(isDate, 'is no date; write "2026-12-24", or "12-24" for every year')
  .meta({ widget: "date", examples: ["2026-12-24", "12-24"] });

const hoursSchema = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1, "must name at least one day")
    .max(7)
    .meta({ title: "Days", description: "Days on which the hours begin" }),
  from: time.meta({ title: "From" }),
  to: time.meta({ title: "To", description: "Not included; at or before the beginning: on the next day" }),
});
const datesSchema = z
  .strictObject({
    from: date.meta({ title: "From", description: "First day; without a year: every year" }),
    to: date.optional().meta({ title: "To", description: "Last day; left out: one day only" }),
    is: z.enum(["inside", "outside"]).default("outside").meta({ title: "Is", description: "All day long" }),
  })
  .superRefine(({ from, to }, context) => {
    if (to === undefined) return;
    if (to.length !== from.length)
      context.addIssue({
        code: "custom",
        path: ["to"],
        message: "must have a year where the first day has one",
      });
    else if (to.length > 5 && to < from)
      context.addIssue({ code: "custom", path: ["to"], message: "lies before the first day" });
  });

const configSchema = z
  .strictObject({
    zone: timeZone.meta({ title: "Time zone", description: "Where the hours hold, such as Europe/Berlin" }),
    hours: z.array(hoursSchema).max(50).default([]).meta({
      title: "Weekly hours",
      description: "A time within any of them is inside",
    }),
    dates: z.array(datesSchema).max(200).default([]).meta({
      title: "Dates",
      description: "Holidays and other days that go before the weekly hours; of two, the lower one counts",
    }),
  })
  .refine(
    ({ hours, dates }) => hours.length + dates.length > 0,
    "knows no hours yet; add weekly hours or a date",
  );

/** Parts messages by the hours of the week. */
export const schedule = defineKind({
  kind: "schedule",
  version: 1,
  title: "Schedule",
  group: "Decide",
  icon: "calendar",
  summary: "Parts messages by weekly hours and dates in a time zone.",
  help: `The **event time** of the message is read on the clock of the time zone. When it lies within one of the weekly hours, the
message leaves by **inside**, otherwise by **outside**.

- Hours hold from their beginning up to, not including, their end: 07:00 to 18:00 ends at 17:59:59.999. Write 24:00 for
  midnight. Hours that end at or before their beginning run into the next day: 22:00 to 06:00 on Friday ends on Saturday.
- **Dates** are whole days, from midnight to midnight, that are inside or outside whatever the weekly hours say. Without a
  year they hold every year, also over New Year: 12-24 to 01-02. Where two dates overlap, the lower one in the list counts.
- When **daylight saving** begins or ends, the hours follow the clock on the wall: 07:00 is 07:00. A time the clock shows twice
  is inside both times; one it skips never comes.

Only the time of the message counts; its fields may be missing, null, wrong-typed or infinite. A device whose clock is wrong
is sorted by its wrong time. The node remembers nothing.`,
  outputs: [
    { name: "inside", title: "Within the hours" },
    { name: "outside", title: "Outside" },
  ],
  config: configSchema,
  describe({ zone, hours, dates }) {
    const parts = hours.map(({ days, from, to }) => `${daysText(days)} ${from} to ${to}`);
    if (dates.length > 0) parts.push(`${dates.length} ${dates.length > 1 ? "dates" : "date"}`);
    return `${parts.join(", ")} in ${zone}`;
  },
  create({ zone, hours, dates }) {
    const clock = openZone(zone);
    const isInside = openWeek(hours, dates);
    return {
      evaluate: (message) => ({ out: [[isInside(clock.local(message.ts)) ? "inside" : "outside", message]] }),
    };
  },
  examples: scheduleExamples,
});

function isDate(text: string): boolean {
  if (!/^(\d{4}-)?\d\d-\d\d$/.test(text)) return false;
  // 2000 had a 29 February.
  const full = text.length > 5 ? text : `2000-${text}`;
  const ms = Date.parse(`${full}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(full);
}

function daysText(days: Hours["days"]): string {
  const numbers = [...new Set(days)].map((day) => weekdays.indexOf(day)).sort((a, b) => a - b);
  const isRow = numbers.length > 2 && numbers.at(-1)! - numbers[0]! === numbers.length - 1;
  if (isRow) return `${weekdays[numbers[0]!]} to ${weekdays[numbers.at(-1)!]}`;
  return numbers.map((number) => weekdays[number]).join(" ");
}
