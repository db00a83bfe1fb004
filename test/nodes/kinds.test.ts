import fc from "fast-check";
import { expect, test } from "vitest";
import type { Values } from "../../engine/model/value.ts";
import { kindByName, nodeKinds } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

const host = (kind: string, config: unknown) => new Host(kindByName(kind)!, config);
const below = (value: number) => ({ all: [{ fact: "v", operator: "lessThan", value }] });
const above = (value: number) => ({ all: [{ fact: "v", operator: "greaterThan", value }] });

test("an alert raises and clears in turn, at the very messages that cross the limits", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 50 }))), (readings) => {
      const alert = host("alert", { type: "Jam", severity: "major", raise: below(20), clear: above(30) });
      const expected: [string, number][] = [];
      let isActive = false;
      for (const v of readings) {
        alert.message({ at: 0, values: { v } });
        if (v === null) continue;
        if (!isActive && v < 20) expected.push(["raised", v]);
        else if (isActive && v > 30) expected.push(["cleared", v]);
        else continue;
        isActive = !isActive;
      }
      expect(alert.out.map(([output, { values }]) => [output, values.v])).toEqual(expected);
      expect(alert.wishes.map(({ type }) => type)).toEqual(
        expected.map(([output]) => (output === "raised" ? "raise" : "clear")),
      );
    }),
    { numRuns: 1000 },
  );
});

test("each device has an alarm of its own", () => {
  const alert = host("alert", { type: "Jam", severity: "major", raise: below(20) });
  for (const id of ["a", "b", "a"]) alert.message({ at: 0, values: { v: 1 }, device: { id } });
  expect(alert.out.map(([, { device }]) => device.id)).toEqual(["a", "b"]);
  expect(alert.state("a")).toEqual({ active: true });
});

test("a command whose expression lacks its field throws a sentence that names it", () => {
  const command = host("command", { method: "set", params: { kmh: "=limit - 10" } });
  expect(() => command.message({ at: 0, values: { speed: 1 } })).toThrow(/no field "limit"/);
  expect(() => host("command", { method: "set", params: { zone: { kmh: "=1 +" } } })).toThrow(
    /^params\.zone\.kmh: /,
  );
});

test("a point with nothing to save throws a sentence", () => {
  const save = host("save", { measurement: "m", fields: ["v"] });
  expect(() => save.message({ at: 0, values: { v: null, w: 1 } })).toThrow(
    /Nothing to save: .* in v\. Filter/,
  );
});

test.each<[kind: string, config: unknown, path: string, message: RegExp]>([
  ["enrich", {}, "", /adds nothing yet/],
  [
    "enrich",
    {
      delta: [
        { of: "a", as: "x" },
        { of: "b", as: "x" },
      ],
    },
    "delta.1.as",
    /writes "x" a second time/,
  ],
  ["enrich", { attributes: [{ name: "constructor" }] }, "attributes.0.name", /cannot be used as a name/],
  [
    "aggregate",
    { window: { size: "1m" }, values: [{ fn: "sum", as: "s" }] },
    "values.0.of",
    /only count and rate work without/,
  ],
  [
    "aggregate",
    { window: { size: "1m" }, values: [{ fn: "count", as: "windowEnd" }] },
    "values.0.as",
    /by the node itself/,
  ],
  [
    "aggregate",
    { window: { size: "1ms" }, values: [{ fn: "count", as: "n" }] },
    "window.size",
    /between 1s and 31d/,
  ],
  ["command", { method: "x", timeout: "soon" }, "timeout", /is no duration/],
  ["save", { measurement: "2 fast" }, "measurement", /must be a letter or _/],
  ["save", { measurement: "m", tags: ["device"] }, "tags.0", /is always a tag/],
  ["save", { measurement: "m", tags: ["road"], fields: ["road"] }, "fields.0", /out of one of the two/],
])("%s with %j is refused at %s", (kind, config, path, message) => {
  const issues = kindByName(kind)!.config.safeParse(config).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join("."))).toContain(path);
  expect(issues.map((issue) => issue.message).join("\n")).toMatch(message);
});

test("whatever numbers come, what a node remembers and asks for is what JSON can hold", () => {
  const odd = fc.constantFrom<Values[string][]>(
    Infinity,
    -Infinity,
    NaN,
    1e308,
    [Infinity],
    { x: NaN },
    5,
    "on",
    null,
  );
  const names = [
    "speed",
    "temperature",
    "level",
    "v",
    "amps",
    "litres",
    "weight",
    "latitude",
    "longitude",
    "mm",
    "count",
  ];
  const values = fc.dictionary(fc.constantFrom(...names), odd);
  const all = nodeKinds.flatMap((kind) => kind.examples.map(({ config }) => ({ kind, config })));
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.array(values, { maxLength: 8 }), ({ kind, config }, messages) => {
      const node = new Host(kind, config);
      for (const [i, values] of messages.entries()) {
        try {
          const { state = null, wishes = [] } = node.message({ at: i * 20_000, values });
          expect(JSON.parse(JSON.stringify([state, wishes]))).toEqual([state, wishes]);
        } catch (error) {
          expect((error as Error).message).toMatch(/^(Nothing to save|The expression|The setting|").*\.$/s);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test("whatever values come, a node answers or throws a sentence, and asks only for what JSON can hold", () => {
  const values = fc
    .dictionary(
      fc.constantFrom("speed", "avgSpeed", "temperature", "energy", "door", "v", "toString"),
      fc.jsonValue(),
    )
    .map((it) => JSON.parse(JSON.stringify(it)) as Values);
  const all = nodeKinds.flatMap((kind) => kind.examples.map(({ config }) => ({ kind, config })));
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.array(values, { maxLength: 6 }), ({ kind, config }, messages) => {
      const node = new Host(kind, config);
      for (const [i, values] of messages.entries()) {
        try {
          const { wakeAt: _, ...step } = node.message({ at: i * 40_000, values });
          expect(JSON.parse(JSON.stringify(step))).toEqual(step);
        } catch (error) {
          expect((error as Error).message).toMatch(/^(Nothing to save|The expression|The setting|").*\.$/s);
        }
      }
    }),
    { numRuns: 1000 },
  );
});
