import fc from "fast-check";
import { expect, test } from "vitest";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { openWeek, weekdays } from "../../engine/nodes/week.ts";
import { openZone } from "../../engine/nodes/zone.ts";
import { Host } from "./host.ts";

const iso = (text: string) => Date.parse(text);

test.each([
  ["Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59Z"],
  ["Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"],
  ["Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25T02:59:59Z"],
  ["Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"],
  ["Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01T05:45:00Z"],
  ["America/New_York", "1969-12-31T23:00:00Z", "1969-12-31T18:00:00Z"],
  ["UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
])("in %s at %s the clock shows %s", (zone, at, shown) => {
  expect(new Date(openZone(zone).local(iso(at))).toISOString()).toBe(new Date(iso(shown)).toISOString());
});

test.each([
  ["a plain time", "Europe/Berlin", "2026-06-01T00:00:00Z", "2026-05-31T22:00:00Z"],
  [
    "a time shown twice is its first showing",
    "Europe/Berlin",
    "2026-10-25T02:30:00Z",
    "2026-10-25T00:30:00Z",
  ],
  ["a time skipped is when it is skipped", "Europe/Berlin", "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z"],
  ["a midnight that is skipped", "America/Santiago", "2026-09-06T00:00:00Z", "2026-09-06T04:00:00Z"],
  [
    "a midnight after an hour shown twice",
    "America/Santiago",
    "2026-04-05T00:00:00Z",
    "2026-04-05T04:00:00Z",
  ],
  ["a midnight shown twice", "America/Havana", "2026-11-01T00:00:00Z", "2026-11-01T04:00:00Z"],
])("%s in %s: %s is %s", (_, zone, shown, at) => {
  expect(new Date(openZone(zone).instant(iso(shown))).toISOString()).toBe(new Date(iso(at)).toISOString());
});

test("a wall time leads to a moment that shows it, unless it is skipped", () => {
  const zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"];
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 2_000_000_000 }), (name, seconds) => {
      const zone = openZone(name);
      const local = zone.local(seconds * 1000);
      const first = zone.instant(local);
      expect(zone.local(first)).toBe(local);
      expect(first).toBeLessThanOrEqual(seconds * 1000);
    }),
    { numRuns: 1000 },
  );
});

test("weekly hours hold for the very minutes that a count from Monday says", () => {
  const hours = fc.record({ day: fc.nat(6), from: fc.nat(23), to: fc.integer({ min: 0, max: 24 }) });
  const two = (n: number) => `${n}`.padStart(2, "0");
  fc.assert(
    fc.property(fc.array(hours, { maxLength: 4 }), fc.nat(7 * 24 * 60 - 1), (list, minute) => {
      const isOpen = openWeek(
        list.map(({ day, from, to }) => ({
          days: [weekdays[day]!],
          from: `${two(from)}:00`,
          to: `${two(to)}:00`,
        })),
        [],
      );
      const expected = list.some(({ day, from, to }) => {
        for (let hour = from; hour < (to > from ? to : to + 24); hour++)
          if ((day * 24 + hour) % 168 === Math.floor(minute / 60)) return true;
        return false;
      });
      expect(isOpen(Date.UTC(2026, 10, 23) + minute * 60_000)).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

test("of two dates the lower one counts, and a date without a year may run over New Year", () => {
  const host = new Host(kindByName("schedule")!, {
    zone: "UTC",
    dates: [{ from: "12-30", to: "01-02", is: "inside" }, { from: "2026-12-31" }],
  });
  for (const day of ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-02", "2027-01-03", "2027-12-31"])
    host.message({ at: iso(`${day}T12:00:00Z`), values: {} });
  expect(host.out.map(([output]) => output)).toEqual([
    "outside",
    "inside",
    "outside",
    "inside",
    "outside",
    "inside",
  ]);
});

test.each([
  [{ zone: "Berlin", hours: [{ days: ["mon"], from: "07:00", to: "08:00" }] }, "zone"],
  [{ zone: "UTC", hours: [{ days: ["mon"], from: "7", to: "08:00" }] }, "hours.0.from"],
  [{ zone: "UTC", hours: [{ days: [], from: "07:00", to: "08:00" }] }, "hours.0.days"],
  [{ zone: "UTC", dates: [{ from: "2026-02-29" }] }, "dates.0.from"],
  [{ zone: "UTC", dates: [{ from: "2026-02-28", to: "2026-02-01" }] }, "dates.0.to"],
  [{ zone: "UTC", dates: [{ from: "2026-02-28", to: "03-01" }] }, "dates.0.to"],
  [{ zone: "UTC" }, ""],
])("%j is refused at %s", (config, path) => {
  const issues = kindByName("schedule")!.config.safeParse(config).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join("."))).toContain(path);
});
