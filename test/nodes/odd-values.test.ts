import { describe, expect, test } from "vitest";
import type { Value, Values } from "../../engine/model/value.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

const odd = {
  missing: undefined,
  null: null,
  text: "warm",
  list: [1, 2],
  infinite: Number.POSITIVE_INFINITY,
  NaN: Number.NaN,
} as const;
type Odd = keyof typeof odd;

/** Outputs that the message leaves by, joined by a space; "" for none; "dead" where it becomes a dead letter. */
type Row = [kind: string, what: string, config: Values, expected: Record<Odd, string>];

const when = (operator: string, value: Value) => ({ all: [{ fact: "v", operator, value }] }) as Value;
const all = (output: string): Record<Odd, string> => ({
  missing: output,
  null: output,
  text: output,
  list: output,
  infinite: output,
  NaN: output,
});

const rows: Row[] = [
  ["input", "looks at no field", {}, all("out")],
  ["filter", "compares", { when: when("greaterThan", 5) }, { ...all("drop"), infinite: "pass" }],
  ["filter", "compares otherwise", { when: when("notEqual", 5) }, all("pass")],
  [
    "switch",
    "compares",
    { cases: [{ name: "hot", when: when("greaterThan", 5) }] },
    { ...all("else"), infinite: "hot" },
  ],
  ["change", "watches a number", { fields: [{ of: "v", by: 1 }] }, all("changed")],
  ["throttle", "looks at no field", { per: "1m" }, all("pass")],
  ["throttle", "has a limit by message", { per: "1m", limit: "=v" }, all("dead")],
  ["deduplicate", "compares", { fields: ["v"], within: "1m" }, all("pass")],
  ["deduplicate", "groups", { within: "1m", by: "v" }, { ...all("dead"), text: "pass" }],
  [
    "schedule",
    "looks at no field",
    { zone: "UTC", hours: [{ days: ["thu"], from: "00:00", to: "12:00" }] },
    all("inside"),
  ],
  ["absence", "looks at no field", { after: "1m" }, all("")],
  [
    "geofence",
    "needs a coordinate",
    {
      latitude: "v",
      longitude: "w",
      areas: [{ name: "A", circle: { latitude: 0, longitude: 0, radius: 9 } }],
    },
    all("unknown"),
  ],
  [
    "sequence",
    "awaits a number",
    { within: "1m", steps: [{ when: when("greaterThan", 5) }, { when: when("lessThan", 5) }] },
    all(""),
  ],
  [
    "join",
    "tells sorts apart",
    { within: "1m", one: when("greaterThan", 5), other: when("lessThan", 5) },
    all(""),
  ],
  ["enrich", "needs a number", { delta: [{ of: "v", as: "d" }] }, all("missing")],
  ["enrich", "looks a key up", { lookup: [{ table: "none", by: "v", column: "c" }] }, all("missing")],
  ["enrich", "calculates", { calculate: [{ as: "d", expression: "v * 2" }] }, all("missing")],
  ["calculate", "converts", { convert: [{ of: "v", from: "km/h", to: "m/s" }] }, all("failed")],
  ["calculate", "calculates", { calculate: [{ as: "d", expression: "v * 2" }] }, all("failed")],
  [
    "aggregate",
    "takes a mean",
    { window: { size: "1m" }, values: [{ of: "v", fn: "avg", as: "m" }] },
    all(""),
  ],
  [
    "alert",
    "compares",
    { type: "Hot", severity: "major", raise: when("greaterThan", 5) },
    { ...all(""), infinite: "raised" },
  ],
  ["command", "sends a parameter", { method: "set", params: { v: "=v * 2" } }, all("dead")],
  ["command", "has an interlock", { method: "set", interlock: when("lessThan", 5) }, all("failed")],
  ["save", "has nothing else to save", { measurement: "m", fields: ["v"] }, { ...all("dead"), text: "" }],
  ["notify", "calculates its text", { channel: "ops", title: "t", text: "=v * 2" }, all("dead")],
  ["flow", "looks at no field", { flow: "other" }, all("out")],
];

test("every kind is in the table", () => {
  const listed = [...new Set(rows.map(([kind]) => kind))];
  expect(listed).toEqual(nodeKinds.map(({ kind }) => kind));
});

describe.each(rows)("%s that %s", (name, _, config, expected) => {
  const kind = nodeKinds.find(({ kind }) => kind === name)!;
  test.each(Object.entries(odd))("%s", (what, value) => {
    const host = new Host(kind, config);
    const values = (value === undefined ? {} : { v: value }) as Values;
    try {
      host.message({ at: 0, values });
    } catch (error) {
      expect((error as Error).message).toMatch(/\.$/);
      expect(expected[what as Odd]).toBe("dead");
      return;
    }
    expect(host.out.map(([output]) => output).join(" ")).toBe(expected[what as Odd]);
  });
});

test.each(nodeKinds)(
  "the help of $kind says what comes of missing, null, wrong-typed and infinite values",
  ({ help }) => {
    const lacks = [/missing/i, /\bnull\b/i, /wrong.type|\btexts?\b/i, /infinite|finite number/i].filter(
      (word) => !word.test(help),
    );
    expect(lacks.map(String)).toEqual([]);
  },
);
