import * as z from "zod";

const maxMs = 8.64e15;
const timestamp = z.iso.datetime({ offset: true });

/** A moment: RFC 3339, or milliseconds since the epoch. Gives milliseconds. */
export const timeSchema = z
  .union([z.string().max(40), z.number()])
  .transform((given, context) => {
    const ms = typeof given === "number" ? given : readTime(given);
    if (Number.isInteger(ms) && Math.abs(ms) <= maxMs) return ms;
    context.addIssue({
      code: "custom",
      message: 'give a time such as "2026-11-03T08:00:00Z", or whole milliseconds since 1970',
    });
    return z.NEVER;
  })
  .meta({ description: "RFC 3339, or milliseconds since the epoch" });

function readTime(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  // A plus sign left bare in a query arrives as a space.
  const mended = text.replace(/ (\d\d:\d\d)$/, "+$1");
  return timestamp.safeParse(mended).success ? Date.parse(mended) : Number.NaN;
}

export const rfc3339 = (ms: number) => new Date(ms).toISOString();
