import fc from "fast-check";
import { expect, test } from "vitest";
import { distance, openArea } from "../../engine/nodes/area.ts";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

const geofence = kindByName("geofence")!;

test.each([
  ["Berlin to Munich", [52.52, 13.405], [48.1372, 11.5756], 504_000],
  ["a degree along the equator", [0, 0], [0, 1], 111_195],
  ["over the date line", [0, 179.5], [0, -179.5], 111_195],
  ["pole to pole", [90, 0], [-90, 0], 20_015_115],
] as const)("%s is so far", (_, a, b, metres) => {
  expect(Math.abs(distance(a[0], a[1], b[0], b[1]) - metres)).toBeLessThan(metres / 1000);
});

test("a box as a polygon holds what lies between its sides, wherever it is and however it is turned", () => {
  const box = fc.record({
    south: fc.integer({ min: -80, max: 70 }),
    west: fc.integer({ min: -180, max: 180 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 60 }),
  });
  const wrap = (lon: number) => ((((lon + 180) % 360) + 360) % 360) - 180;
  fc.assert(
    fc.property(
      box,
      fc.nat(99),
      fc.nat(119),
      fc.boolean(),
      fc.nat(3),
      ({ south, west, height, width }, dy, dx, isReversed, turn) => {
        const corners: [number, number][] = [
          [south, wrap(west)],
          [south + height, wrap(west)],
          [south + height, wrap(west + width)],
          [south, wrap(west + width)],
        ];
        const turned = [...corners.slice(turn), ...corners.slice(0, turn)];
        const area = openArea({ name: "box", polygon: isReversed ? turned.reverse() : turned });
        // Off the lines by a third.
        const up = dy / 10 + 0.03;
        const right = dx - 30 + 0.3;
        const isInside = up < height && right > 0 && right < width;
        expect(area.contains(south + up, wrap(west + right))).toBe(isInside);
      },
    ),
    { numRuns: 1000 },
  );
});

test("entering and leaving happen in turn, and by the newest message only", () => {
  const near = { name: "near", circle: { latitude: 0, longitude: 0, radius: 1000 } };
  const wide = { name: "wide", circle: { latitude: 0, longitude: 0, radius: 10_000 } };
  fc.assert(
    fc.property(fc.array(fc.record({ ts: fc.nat(50), km: fc.nat(15) }), { maxLength: 20 }), (readings) => {
      const host = new Host(geofence, { areas: [near, wide] });
      const expected: [string, unknown][] = [];
      let was: string[] = [];
      let newest = -1;
      for (const { ts, km } of readings) {
        host.message({ at: ts, values: { latitude: 0, longitude: km / 111.195 + 1e-5 } });
        const now = [...(km < 1 ? ["near"] : []), ...(km < 10 ? ["wide"] : [])];
        if (ts >= newest) {
          for (const area of was) if (!now.includes(area)) expected.push(["left", area]);
          for (const area of now) if (!was.includes(area)) expected.push(["entered", area]);
          was = now;
          newest = ts;
        }
        expected.push(now.length > 0 ? ["inside", now] : ["outside", undefined]);
      }
      expect(host.out.map(([output, { values }]) => [output, values.area ?? values.areas])).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test("areas of a device that are not sound make its position unknown", () => {
  const values = { latitude: 0, longitude: 0 };
  const host = new Host(geofence, { attribute: "zones" });
  for (const zones of ["Depot", 7, [{ name: "x" }], { name: "x" }, [{ name: "x", polygon: [[0, 0]] }]])
    host.message({ at: 0, values, device: { attributes: { zones: zones as never } } });
  expect(host.out.map(([output]) => output)).toEqual(Array(5).fill("unknown"));
  host.message({ at: 0, values });
  expect(host.out.at(-1)![0]).toBe("outside");
});

test.each([
  [{}, "areas"],
  [{ areas: [{ name: "x" }] }, "areas.0.circle"],
  [{ areas: [{ name: "x", circle: { latitude: 91, longitude: 0, radius: 1 } }] }, "areas.0.circle.latitude"],
  [
    {
      areas: [
        {
          name: "x",
          polygon: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    },
    "areas.0.polygon",
  ],
])("%j is refused at %s", (config, path) => {
  const issues = geofence.config.safeParse(config).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join("."))).toContain(path);
});
