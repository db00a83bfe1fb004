const yearOneMs = Date.UTC(2000, 0) - 1999 * 365.2425 * 86_400_000;
const earliestMs = Math.ceil(yearOneMs / 86_400_000 + 2) * 86_400_000;
const latestMs = Date.UTC(9999, 11, 31);

/** RFC 3339 of milliseconds since the epoch. A device's clock may say anything: kept within the years 1 to 9999. */
export function instant(ms: number): string {
  const bounded = Math.min(Math.max(Number.isNaN(ms) ? 0 : ms, earliestMs), latestMs);
  return new Date(bounded).toISOString();
}

export const iso = (date: Date): string => date.toISOString();
export const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null;
