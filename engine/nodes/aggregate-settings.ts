import * as z from "zod";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { functions } from "./accumulate.ts";
import { bySetting } from "./by.ts";
import { distinct, fieldName, needsNumber, writes } from "./field.ts";
import { type RateUnit, rateUnits } from "./trend.ts";
import { timeZone } from "./zone.ts";

/** Functions that take values of any type. */
const takesAny: readonly string[] = ["count", "distinct", "first", "last"];
const reserved = ["windowStart", "windowEnd", "windowCount", "windowEarly"];
export const windowTypes = ["tumbling", "hopping", "sliding", "session", "count"] as const;

// `shownFor` tells forms for which choices a setting counts.
const valueSchema = z
  .strictObject({
    of: fieldName.optional().meta({
      title: "Field",
      description: "Left out with count or rate: messages",
      ...needsNumber,
      needsFor: { fn: functions.filter((fn) => !takesAny.includes(fn)) },
    }),
    fn: z.enum(functions).meta({ title: "Function" }),
    as: fieldName
      .refine((name) => !reserved.includes(name), "is written by the node itself; choose another name")
      .meta({ title: "As", description: "Field of the result", ...writes }),
    percentile: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .meta({
        title: "Percentile",
        shownFor: { fn: ["percentile"] },
        description: "For percentile: 50 is the median, 95 has five of a hundred above it",
      }),
    per: z
      .enum(Object.keys(rateUnits) as [RateUnit])
      .optional()
      .meta({ title: "Per", shownFor: { fn: ["rate"] }, description: "For rate: unit of time; left out: s" }),
  })
  .superRefine((it, context) => {
    const say = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (it.fn !== "count" && it.fn !== "rate" && it.of === undefined)
      say("of", "is missing; name the field to aggregate (only count and rate work without)");
    if (it.fn === "percentile" && it.percentile === undefined)
      say("percentile", "is missing; give 50 for the median, or 95");
    if (it.fn !== "percentile" && it.percentile !== undefined)
      say("percentile", `is not used by ${it.fn}; take it out`);
    if (it.fn !== "rate" && it.per !== undefined) say("per", `is not used by ${it.fn}; take it out`);
  });

const duration = durationBetween("1s", "31d");
const windowSchema = z
  .strictObject({
    type: z.enum(windowTypes).default("tumbling").meta({
      title: "Kind",
      description:
        "One after the other, overlapping, the time before each message, while messages keep coming, or by number",
    }),
    size: duration.optional().meta({
      title: "Size",
      shownFor: { type: ["tumbling", "hopping", "sliding"] },
      description: "Length of a window; not for session and count",
      widget: "duration",
    }),
    every: duration.optional().meta({
      title: "Every",
      shownFor: { type: ["hopping"] },
      description: "For hopping: how far apart windows begin",
      widget: "duration",
    }),
    gap: duration.optional().meta({
      title: "Gap",
      shownFor: { type: ["session"] },
      description: "For session: a pause of this length ends it",
      widget: "duration",
    }),
    count: z
      .int()
      .min(2)
      .max(100_000)
      .optional()
      .meta({
        title: "Messages",
        shownFor: { type: ["count"] },
        description: "For count: how many make a window",
      }),
    zone: timeZone.optional().meta({
      title: "Time zone",
      shownFor: { type: ["tumbling"] },
      description: "For tumbling: hours and days by the clock of this place; left out: UTC",
    }),
    early: duration.optional().meta({
      title: "Early results",
      shownFor: { type: ["tumbling", "hopping", "session"] },
      description: "How often to say what open windows hold so far",
      widget: "duration",
    }),
    empty: z
      .boolean()
      .default(false)
      .meta({
        title: "Empty windows",
        shownFor: { type: ["tumbling", "hopping"] },
        description: "A result also for windows in which no message came",
      }),
  })
  .superRefine((it, context) => {
    const say = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const uses: Record<string, readonly string[]> = {
      size: ["tumbling", "hopping", "sliding"],
      every: ["hopping"],
      gap: ["session"],
      count: ["count"],
    };
    for (const name of ["size", "every", "gap", "count"] as const) {
      const isUsed = uses[name]!.includes(it.type);
      if (isUsed && it[name] === undefined) say(name, `is missing; a ${it.type} window needs it`);
      if (!isUsed && it[name] !== undefined) say(name, `is not used by a ${it.type} window; take it out`);
    }
    if (it.zone !== undefined && it.type !== "tumbling")
      say("zone", "goes with tumbling windows only; take it out");
    if (it.early !== undefined && (it.type === "sliding" || it.type === "count"))
      say("early", `does not go with a ${it.type} window; take it out`);
    if (it.empty && it.type !== "tumbling" && it.type !== "hopping")
      say("empty", `does not go with a ${it.type} window; take it out`);
    if (!isDuration(it.size)) return;
    const sizeMs = parseDuration(it.size);
    if (it.zone !== undefined && !fitsDay(sizeMs))
      say("size", "must be whole hours that fill a day, or whole days, where a time zone is given");
    if (it.type !== "hopping" || !isDuration(it.every)) return;
    const everyMs = parseDuration(it.every);
    if (everyMs > sizeMs)
      say("every", "must not be longer than the window, or messages in between would count nowhere");
    else if (sizeMs / everyMs > 60)
      say("every", "is too short: a message would count in more than 60 windows");
  });

export const aggregateConfig = z
  .strictObject({
    window: windowSchema.meta({ title: "Window" }),
    by: bySetting,
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
  })
  .superRefine(({ by, values }, context) => {
    const message = `is written by the node itself, with what it groups by; choose another name`;
    for (const [index, { as }] of values.entries())
      if (as === by && by !== "device")
        context.addIssue({ code: "custom", path: ["values", index, "as"], message });
  })
  .superRefine(({ window, lateness }, context) => {
    if (lateness === "0s" || (window.type !== "sliding" && window.type !== "count")) return;
    const message = `does not go with a ${window.type} window; take it out`;
    context.addIssue({ code: "custom", path: ["lateness"], message });
  });

export type AggregateConfig = z.infer<typeof aggregateConfig>;

const isDuration = (text: string | undefined): text is string =>
  text !== undefined && duration.safeParse(text).success;

const hourMs = 3_600_000;
function fitsDay(sizeMs: number): boolean {
  if (sizeMs % hourMs !== 0) return false;
  return sizeMs % (24 * hourMs) === 0 || (24 * hourMs) % sizeMs === 0;
}
