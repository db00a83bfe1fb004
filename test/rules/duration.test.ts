import { expect, test } from "vitest";
import {
  durationBetween,
  durationSchema,
  formatDuration,
  parseDuration,
} from "../../engine/rules/duration.ts";

test.each([
  ["0s", 0],
  ["250ms", 250],
  ["10s", 10_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["1d", 86_400_000],
  ["90s", 90_000],
])("%s is %d ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "5", "5 m", "m", "-5m", "1.5h", "5min", "1h30m", "5M", "9999999999s"])(
  "%j is no duration",
  (text) => {
    expect(() => parseDuration(text)).toThrow(/is no duration: write a whole number and a unit, such as/);
    expect(durationSchema.safeParse(text).success).toBe(false);
  },
);

test.each([
  [0, "0s"],
  [250, "250ms"],
  [90_000, "90s"],
  [300_000, "5m"],
  [7_200_000, "2h"],
  [172_800_000, "2d"],
  [1001, "1001ms"],
])("%d ms is written %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
  expect(parseDuration(text)).toBe(ms);
});

test("a setting keeps its text and its limits", () => {
  const schema = durationBetween("1s", "1h");
  expect(schema.parse("60m")).toBe("60m");
  expect(schema.safeParse("2h").error?.issues[0]?.message).toBe("must lie between 1s and 1h");
  expect(schema.safeParse("999ms").success).toBe(false);
});
