export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

export interface Hours {
  days: readonly Weekday[];
  /** "07:00"; "24:00" for `to` is midnight. A `to` at or before `from` is on the next day. */
  from: string;
  to: string;
}
/** Whole days that go against the weekly hours: "2026-12-24", or "12-25" for every year. */
export interface Dates {
  from: string;
  to?: string;
  is: "inside" | "outside";
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
const weekMs = 7 * dayMs;
// 5 January 1970 was a Monday.
const monday = 4 * dayMs;

export const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Whether a wall-clock time (ms, as if UTC) lies within the hours of a week, dates going first, the last one on top. */
export function openWeek(hours: readonly Hours[], dates: readonly Dates[]): (local: number) => boolean {
  const spans: [start: number, end: number][] = [];
  for (const { days, from, to } of hours)
    for (const day of days) {
      const start = weekdays.indexOf(day) * dayMs + minutesOf(from) * minuteMs;
      const length = minutesOf(to) * minuteMs - minutesOf(from) * minuteMs;
      spans.push([start, start + length + (length > 0 ? 0 : dayMs)]);
    }
  const exceptions = dates
    .toReversed()
    .map(({ from, to = from, is }) => ({ from, to, isInside: is === "inside" }));
  return (local) => {
    if (exceptions.length > 0) {
      const date = new Date(local).toISOString().slice(0, 10);
      for (const { from, to, isInside } of exceptions) if (covers(from, to, date)) return isInside;
    }
    const inWeek = (((local - monday) % weekMs) + weekMs) % weekMs;
    for (const [start, end] of spans)
      if ((inWeek >= start && inWeek < end) || inWeek + weekMs < end) return true;
    return false;
  };
}

function covers(from: string, to: string, date: string): boolean {
  if (from.length > 5) return date >= from && date <= to;
  const day = date.slice(5);
  return from <= to ? day >= from && day <= to : day >= from || day <= to;
}
