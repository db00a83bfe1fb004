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

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A span such as "1m". Gives milliseconds. */
export const spanSchema = z
  .string()
  .max(20)
  .transform((text, context) => {
    const [, count, unit = ""] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
    const ms = Number(count) * (unitMs[unit] ?? 0);
    if (ms > 0) return ms;
    context.addIssue({ code: "custom", message: 'give a span such as "250ms", "10s", "1m", "1h" or "1d"' });
    return z.NEVER;
  })
  .meta({ description: 'A span such as "10s", "1m" or "1h"' });

export const rfc3339 = (ms: number) => new Date(ms).toISOString();
