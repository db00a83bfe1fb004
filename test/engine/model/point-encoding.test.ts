import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitLines } from "../../../connectors/influx/lines.ts";
import type { Point } from "../../../engine/model/point.ts";
import { encodeLines } from "../../../engine/model/point-lines.ts";
import { encodeRows } from "../../../engine/model/point-rows.ts";

const point = (change: Partial<Point> = {}): Point => ({
  measurement: "traffic",
  tags: { device: "d1" },
  fields: { speed: 41 },
  ts: 1000,
  ...change,
});

describe("line protocol", () => {
  const lines: [title: string, change: Partial<Point>, line: string][] = [
    [
      "every number is a float",
      { fields: { n: 41, small: -1e-7 } },
      "traffic,device=d1 n=41,small=-1e-7 1000",
    ],
    ["text is quoted", { fields: { t: 'a "b" \\ c' } }, 'traffic,device=d1 t="a \\"b\\" \\\\ c" 1000'],
    ["booleans are words", { fields: { on: true, off: false } }, "traffic,device=d1 on=true,off=false 1000"],
    ["tags are sorted", { tags: { road: "A1", device: "d1" } }, "traffic,device=d1,road=A1 speed=41 1000"],
    ["separators are escaped", { tags: { "a b": "c,d=e" } }, "traffic,a\\ b=c\\,d\\=e speed=41 1000"],
    ["a measurement keeps its =", { measurement: "a=b c,d" }, "a=b\\ c\\,d,device=d1 speed=41 1000"],
    ["a last backslash becomes a slash", { tags: { path: "C:\\" } }, "traffic,path=C:/ speed=41 1000"],
    [
      "a backslash before a separator becomes a slash",
      { fields: { "a\\,b\\c": 1 } },
      "traffic,device=d1 a/\\,b\\c=1 1000",
    ],
    ["a line break in a name becomes a space", { tags: { t: "a\nb" } }, "traffic,t=a\\ b speed=41 1000"],
    ["an empty tag is left out", { tags: { device: "d1", t: "" } }, "traffic,device=d1 speed=41 1000"],
    ["part of a millisecond is cut off", { ts: 1000.9 }, "traffic,device=d1 speed=41 1000"],
    ["a point with no number left is no line", { fields: { speed: Number.NaN } }, ""],
  ];
  test.each(lines)("%s", (_title, change, line) => {
    expect(encodeLines([point(change)])).toBe(line);
  });

  test("points of one key become one line, the later field wins", () => {
    const points = [point({ fields: { a: 1, b: 1 } }), point({ ts: 2000 }), point({ fields: { b: 2 } })];
    expect(encodeLines(points)).toBe("traffic,device=d1 a=1,b=2 1000\ntraffic,device=d1 speed=41 2000");
  });

  test("nothing is changed in what was given", () => {
    const points = [point({ tags: { z: "1", a: "" } }), point({ tags: { z: "1", a: "" }, fields: { b: 1 } })];
    const before = structuredClone(points);
    encodeLines(points);
    encodeRows(points);
    expect(points).toEqual(before);
  });

  test("whatever names and texts hold, the lines can be told apart", () => {
    const name = fc.string({ unit: "binary", minLength: 1 }).filter((text) => text.trim() !== "");
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.boolean(), fc.double({ noNaN: true }));
    const points = fc.array(
      fc.record({
        measurement: fc.constantFrom("traffic", "air_1", "a.b-c"),
        tags: fc.dictionary(name, name, { maxKeys: 3 }),
        fields: fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }),
        ts: fc.integer({ min: -1e12, max: 2e12 }),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(points, (given) => {
        const all = given.flatMap((one) => splitLines(encodeLines([one]))).filter(Boolean);
        expect(splitLines(all.join("\n")).filter(Boolean)).toEqual(all);
        expect(all.length).toBeLessThanOrEqual(given.length);
      }),
    );
  });
});

describe("rows", () => {
  test("a row is measurement, device, time, other tags and fields", () => {
    const given = point({ tags: { device: "d1", road: "A1" }, fields: { speed: 41.5, on: true, t: "x" } });
    expect(JSON.parse(encodeRows([given]))).toEqual([
      ["traffic", "d1", 1000, { road: "A1" }, { speed: 41.5, on: true, t: "x" }],
    ]);
  });

  test("no points are an empty array", () => {
    expect(encodeRows([])).toBe("[]");
  });

  test("points of one key become one row, the later field wins", () => {
    const rows = JSON.parse(encodeRows([point({ fields: { a: 1, b: 1 } }), point({ fields: { b: 2 } })]));
    expect(rows).toEqual([["traffic", "d1", 1000, {}, { a: 1, b: 2 }]]);
  });

  test("what PostgreSQL cannot hold is replaced, what only looks like it stays", () => {
    const [row] = JSON.parse(encodeRows([point({ fields: { t: "a\u0000b\ud800c", u: "\\u0000 \\ud800" } })]));
    expect(row[4]).toEqual({ t: "a\ufffdb\ufffdc", u: "\\u0000 \\ud800" });
  });
});
