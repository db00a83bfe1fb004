import * as z from "zod";

/** Clock of a place: turns times in ms since the epoch into wall-clock ms, as if those were UTC, and back. */
export interface Zone {
  local(ts: number): number;
  /** The first moment at which the clock shows this wall time or, where it is skipped, the moment it is skipped. */
  instant(local: number): number;
}

const slotMs = 900_000;
const dayMs = 86_400_000;
const maxKnown = 500;

/** Name of a time zone, such as Europe/Berlin. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isZone, "is no time zone; give a name such as Europe/Berlin, America/New_York or UTC")
  .meta({ widget: "timeZone", examples: ["Europe/Berlin"] });

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The clock of a time zone, by the rules that this version of JavaScript knows. */
export function openZone(name: string): Zone {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsetIn = (slot: number) => {
    const at = slot * slotMs;
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
    const { year, month, day, hour, minute, second } = parts;
    return Date.UTC(year!, month! - 1, day!, hour, minute, second) - at;
  };
  // Formatting takes microseconds, and most messages are of now. Clocks change on quarters of an hour.
  const known = new Map<number, number>();
  const offset = (ts: number) => {
    const slot = Math.floor(ts / slotMs);
    const found = known.get(slot);
    if (found !== undefined) return found;
    if (known.size >= maxKnown) known.clear();
    const computed = offsetIn(slot);
    known.set(slot, computed);
    return computed;
  };
  return {
    local: (ts) => ts + offset(ts),
    instant(local) {
      const guess = local - offset(local);
      const before = offset(guess - dayMs / 2);
      const after = offset(guess + dayMs / 2);
      const early = local - before;
      if (offset(early) === before) return early;
      return offset(local - after) === after ? local - after : early;
    },
  };
}
