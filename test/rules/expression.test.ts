import { expect, test } from "vitest";
import type { Value } from "../../engine/model/value.ts";
import { compileExpression } from "../../engine/rules/expression.ts";

const scope = {
  speed: 72,
  count: 3,
  temperature: -18.5,
  readings: [1, 2, 3],
  road: "A7",
  wet: true,
  nothing: null,
  box: { width: 2 },
  device: { name: "Loop 1", attributes: { limit: 50 } },
  ts: 1_700_000_000_000,
};

test.each<[string, Value]>([
  ["speed * 2", 144],
  ["2 * speed", 144],
  ["speed / 3.6", 20],
  ["speed - 1", 71],
  ["speed + 0.5", 72.5],
  ["speed % 7", 2],
  ["-speed", -72],
  ["speed > 40", true],
  ["speed == 72", true],
  ["speed >= 40 && speed < 100 || wet", true],
  ["5 / 9 * (speed - 32)", 22.22222222222222],
  ["7 / 2", 3.5],
  ["7 % 4", 3],
  ["count + 1", 4],
  ["0.1 + 0.2", 0.30000000000000004],
  ["0 * -1", 0],
  ['speed > 40 ? "fast" : "slow"', "fast"],
  ["wet ? 1 : 2.5", 1],
  ['"road " + road', "road A7"],
  ["string(speed)", "72"],
  ["int(temperature)", -18],
  ["readings[0] + readings[count - 1]", 4],
  ["size(readings) * 2", 6],
  ["size(readings) > 2.5", true],
  ["readings.map(r, r * 2)", [2, 4, 6]],
  ["readings.filter(r, r > 1).map(r, r / 2)", [1, 1.5]],
  ["readings.exists(r, r > 2) && readings.all(r, r > 0)", true],
  ["72 in [72, 80] && speed in [72]", true],
  ['{"kmh": speed, "n": size(readings)}', { kmh: 72, n: 3 }],
  ["box.width * 2", 4],
  ["device.attributes.limit + 10", 60],
  ["has(device.attributes.limit)", true],
  ["has(device.attributes.width)", false],
  ["nothing == null", true],
  ["round(speed / 7)", 10],
  ["round(speed / 7, 2)", 10.29],
  ["round(1.005, 2)", 1.01],
  ["round(speed * 1e30, 1) == speed * 1e30", true],
  ["round(1e-9, 2)", 0],
  ["round(1278, -2)", 1300],
  ["min(speed, 50) + max(count, 10)", 60],
  ["abs(temperature) + sqrt(16) + pow(2, 3) + floor(1.9) + ceil(0.1) + exp(0) + ln(1)", 33.5],
  ["abs(size(readings) - 5)", 2],
  ["road.substring(1) + road.substring(0, size(road) - 1)", "7A"],
  ['"a,b".split(",")[1]', "b"],
  ['timestamp(ts / 1000).getHours("UTC")', 22],
])("%s gives %j", (text, value) => {
  expect(compileExpression(text)(scope)).toEqual(value);
});

test.each<[string, RegExp]>([
  ["", /is empty; write one such as/],
  ["speed *", /wrong at its end: something is missing here/],
  ["speed speed", /wrong at character 7: unexpected character/],
  ["1 +\n* 2", /at character 1 of line 2/],
  ["((1)", /expected "\)", got the end/],
  ["speeed(1)", /no function for "speeed\(number\)"/],
  ['"a" < 1', /"text < number" cannot be calculated/],
  ["__proto__", /reserved identifier/],
  ["size(readings) / size(readings)", /drops the remainder; write double/],
  ['road.matches("(a+)+$")', /regular expressions are not offered/],
  ["readings.map(a, readings.map(b, a * b))", /inside another loop/],
  ["readings.filter(a, a in readings)", /needs its list written out/],
  ["cel.bind(x, 1, x)", /not offered/],
  [`1${" + 1".repeat(600)}`, /at most 2000 are taken/],
])("%j is refused with a sentence", (text, message) => {
  expect(() => compileExpression(text)).toThrow(message);
});

test.each<[string, RegExp]>([
  ["flow * 2", /the message has no field "flow"/],
  ["nothing + 1", /"null \+ number" cannot be calculated/],
  ["road * 2", /"text \* number" cannot be calculated/],
  ["box.depth", /there is no "depth" in it/],
  ["readings[9]", /no item at this index/],
  ["speed ? 1 : 2", /must be true\/false, got 'number'/],
  ["speed / 0", /no finite number; look for a division by zero/],
  ["0 / 0", /no finite number/],
  ["[exp(10000)]", /no finite number/],
  ["timestamp(0)", /something no message can hold/],
  ["toString", /the message has no such field/],
  ["box.constructor", /there is no "constructor" in it/],
])("%s fails with a sentence", (text, message) => {
  const compute = compileExpression(text);
  expect(() => compute(scope)).toThrow(message);
});

test("a result larger than a message should be is refused", () => {
  const readings = Array.from({ length: 200 }, (_, i) => i);
  expect(() => compileExpression("readings.map(r, readings)")({ readings })).toThrow(
    /more than 10000 values/,
  );
});
