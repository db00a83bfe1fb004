import fc from "fast-check";
import { expect, test } from "vitest";
import { compareTimelines, type Happening, type Pair } from "../../engine/flow/timeline.ts";

const at = (raisedAt: number, change: Partial<Happening> = {}): Happening => ({
  device: "d1",
  type: "Jam",
  raisedAt,
  ...change,
});
const withinMs = 100;
const said = (before: Happening[], after: Happening[]) =>
  compareTimelines(before, after, { withinMs }).map(
    (pair: Pair<Happening>) => `${pair.verdict} ${pair.before?.raisedAt ?? ""}:${pair.after?.raisedAt ?? ""}`,
  );

test.each<[string, Happening[], Happening[], string[]]>([
  ["at the same time is the same", [at(5)], [at(5)], ["same 5:5"]],
  ["a little before is earlier", [at(50)], [at(20)], ["earlier 50:20"]],
  ["a little after is later", [at(50)], [at(150)], ["later 50:150"]],
  ["too far apart, one is gone and the other new", [at(50)], [at(151)], ["gone 50:", "new :151"]],
  ["another device is another thing", [at(5)], [at(5, { device: "d2" })], ["gone 5:", "new :5"]],
  ["another type is another thing", [at(5)], [at(5, { type: "Ice" })], ["gone 5:", "new :5"]],
  [
    "another node is another thing, where nodes are named",
    [at(5, { node: "a" })],
    [at(5, { node: "b" })],
    ["gone 5:", "new :5"],
  ],
  [
    "what is at the same time belongs together before what is near",
    [at(10), at(20)],
    [at(20)],
    ["gone 10:", "same 20:20"],
  ],
  [
    "one that came before at its own time is not taken from it",
    [at(20)],
    [at(20), at(25)],
    ["same 20:20", "new :25"],
  ],
  ["the nearest one is the counterpart", [at(0), at(50)], [at(60)], ["gone 0:", "later 50:60"]],
  ["each counts once", [at(0)], [at(10), at(20)], ["later 0:10", "new :20"]],
  [
    "other content at the same time is a change",
    [at(5, { content: "minor" })],
    [at(5, { content: "major" })],
    ["changed 5:5"],
  ],
  [
    "the same content is looked for first",
    [at(5, { content: "a" }), at(5, { content: "b" })],
    [at(5, { content: "b" }), at(5, { content: "a" })],
    ["same 5:5", "same 5:5"],
  ],
  ["nothing is nothing", [], [], []],
])("%s", (_, before, after, expected) => {
  expect(said(before, after)).toEqual(expected);
});

test("times that differ by less than what counts as the same are the same", () => {
  expect(compareTimelines([at(0)], [at(3)], { withinMs, sameMs: 3 })[0]!.verdict).toBe("same");
  expect(compareTimelines([at(0)], [at(4)], { withinMs, sameMs: 3 })[0]!.verdict).toBe("later");
});

const happenings = fc.array(
  fc.record({
    device: fc.constantFrom("d1", "d2"),
    type: fc.constantFrom("Jam", "Ice"),
    raisedAt: fc.integer({ min: 0, max: 500 }),
  }),
  { maxLength: 30 },
);

test("whatever happened stands in one pair, and a pair is of one thing within the time", () => {
  fc.assert(
    fc.property(happenings, happenings, (before, after) => {
      const pairs = compareTimelines<Happening>(before, after, { withinMs });
      const of = (side: "before" | "after") => pairs.flatMap((pair) => (pair[side] ? [pair[side]] : []));
      expect(new Set(of("before"))).toEqual(new Set(before));
      expect(new Set(of("after"))).toEqual(new Set(after));
      expect([of("before").length, of("after").length]).toEqual([before.length, after.length]);
      for (const { before, after } of pairs) {
        if (!before || !after) continue;
        expect([before.device, before.type]).toEqual([after.device, after.type]);
        expect(Math.abs(before.raisedAt - after.raisedAt)).toBeLessThanOrEqual(withinMs);
      }
    }),
  );
});

test("a version compared with itself is the same all over", () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const pairs = compareTimelines<Happening>(all, structuredClone(all), { withinMs });
      expect(pairs.every(({ verdict }) => verdict === "same")).toBe(true);
    }),
  );
});
