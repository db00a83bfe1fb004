import * as z from "zod";
import { MillraceError } from "../model/errors.ts";

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitMs;

const pattern = /^(\d{1,9})(ms|s|m|h|d)$/;
const shape = 'write a whole number and a unit, such as "250ms", "10s", "5m", "1h" or "1d"';

/** Reads "250ms", "10s", "5m", "1h" or "1d" as milliseconds. Throws a MillraceError for any other text. */
export function parseDuration(text: string): number {
  const [, count, unit] = pattern.exec(text) ?? [];
  if (!count || !unit) throw new MillraceError("invalid_flow", `"${text}" is no duration: ${shape}.`);
  return Number(count) * unitMs[unit as Unit];
}

/** Writes milliseconds with the largest unit that fits them whole: 300000 is "5m". */
export function formatDuration(ms: number): string {
  for (const unit of ["d", "h", "m", "s"] as const)
    if (ms !== 0 && ms % unitMs[unit] === 0) return `${ms / unitMs[unit]}${unit}`;
  return ms === 0 ? "0s" : `${ms}ms`;
}

/** A duration setting between two durations; it stays text, `parseDuration` reads it. */
export function durationBetween(min: string, max: string) {
  const minMs = parseDuration(min);
  const maxMs = parseDuration(max);
  return z
    .string()
    .regex(pattern, `is no duration: ${shape}`)
    .refine((text) => {
      const ms = pattern.test(text) ? parseDuration(text) : minMs;
      return ms >= minMs && ms <= maxMs;
    }, `must lie between ${min} and ${max}`)
    .meta({ widget: "duration", examples: ["10s", "5m"] });
}

/** Any duration up to a year. */
export const durationSchema = durationBetween("0s", "366d");
