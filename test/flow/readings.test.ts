import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAttributes, readTelemetry } from "../../engine/flow/readings.ts";

const bounds = { arrivedAt: 1_700_000_000_000, maxAheadMs: 60_000 };
const ts = bounds.arrivedAt;

describe("telemetry that is read", () => {
  test.each([
    ["an object of values gets the arrival time", '{"speed":41}', [{ ts, values: { speed: 41 } }]],
    [
      "a stamped reading keeps its own time",
      '{"ts":5,"values":{"speed":41}}',
      [{ ts: 5, values: { speed: 41 } }],
    ],
    [
      "an array holds either form",
      '[{"a":1},{"ts":7,"values":{"b":null}}]',
      [
        { ts, values: { a: 1 } },
        { ts: 7, values: { b: null } },
      ],
    ],
    ["a field called ts alone is a value", '{"ts":5}', [{ ts, values: { ts: 5 } }]],
    [
      "fields called code and message are values",
      '{"code":1,"message":"m"}',
      [{ ts, values: { code: 1, message: "m" } }],
    ],
    ["an empty array is no reading", "[]", []],
    ["64 levels are read", `{"a":${nested(63)}}`, [{ ts, values: { a: JSON.parse(nested(63)) } }]],
    [
      "a clock a little ahead is let through",
      `{"ts":${ts + 60_000},"values":{"a":1}}`,
      [{ ts: ts + 60_000, values: { a: 1 } }],
    ],
  ])("%s", (_, text, readings) => {
    expect(readTelemetry(text, bounds)).toEqual(readings);
  });
});

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

describe("telemetry that is refused, with a code and the mend", () => {
  test.each([
    ["text that is no JSON", '{"speed":', "invalid_json", /Send \{"speed":41\}/],
    ["a bare number", "41", "invalid_telemetry", /object/],
    ["an array in an array", "[[1]]", "invalid_telemetry", /Reading 0/],
    ["a time that is a text", '{"ts":"now","values":{"a":1}}', "invalid_timestamp", /whole milliseconds/],
    ["a negative time", '{"ts":-1,"values":{"a":1}}', "invalid_timestamp", /-1/],
    [
      "a time beyond the bound",
      `{"ts":${ts + 60_001},"values":{"a":1}}`,
      "timestamp_in_future",
      /set the device's clock/,
    ],
    ["a prototype's name", '{"__proto__":{"a":1}}', "forbidden_name", /__proto__/],
    ["a value nested without end", `{"a":${nested(100_000)}}`, "too_deep", /flatter/],
    ["a time nested without end", `{"ts":${nested(100_000)},"values":{}}`, "too_deep", /flatter/],
    ["65 levels", `{"a":${nested(64)}}`, "too_deep", /64 levels/],
    ["an empty name", '{"":1}', "invalid_name", /1 to 256/],
    [
      "more readings than one payload may hold",
      JSON.stringify(Array(10_001).fill({ a: 1 })),
      "too_many_readings",
      /split/,
    ],
  ])("%s", (_, text, code, mend) => {
    expect(readTelemetry(text, bounds)).toEqual({ code, message: expect.stringMatching(mend) });
  });
});

test("attributes are one object; names as in telemetry", () => {
  expect(readAttributes('{"code":"a","message":"b"}')).toEqual({ values: { code: "a", message: "b" } });
  expect(readAttributes("[1]")).toMatchObject({ code: "invalid_attributes" });
  expect(readAttributes(`{"a":${nested(100_000)}}`)).toMatchObject({ code: "too_deep" });
  expect(readAttributes('{"constructor":1}')).toMatchObject({ code: "forbidden_name" });
});

test("any text gives readings or a sentence, never a throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const read = readTelemetry(text, bounds);
      if (Array.isArray(read))
        for (const { ts } of read) expect(ts).toBeLessThanOrEqual(bounds.arrivedAt + 60_000);
      else expect(read.message.length).toBeGreaterThan(20);
    }),
    { numRuns: 2000 },
  );
});
