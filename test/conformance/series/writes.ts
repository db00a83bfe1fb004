import { expect, test } from "vitest";
import type { Series } from "../../../engine/model/series.ts";
import { day, minuteMs, pointsOf, read, write } from "./points.ts";

export function writeCases(open: () => Series) {
  test("numbers, booleans and text come back as they were", async () => {
    const text = 'say "no", \\ or = it\'s ü 🚦';
    await write(
      open(),
      pointsOf("w-kinds", { fields: { n: -1.25e-7, whole: 41, big: 2 ** 53, on: false, text } }),
    );
    for (const [key, value] of Object.entries({ n: -1.25e-7, whole: 41, big: 2 ** 53, on: false, text }))
      expect(await read(open(), "w-kinds", key)).toEqual([[day, value]]);
  });

  test("a repeated write leaves one point", async () => {
    const points = pointsOf("w-repeat", { fields: { speed: 1 } }, { fields: { speed: 2 } });
    await write(open(), points);
    await write(open(), points, points);
    expect(await read(open(), "w-repeat", "speed")).toEqual([
      [day, 1],
      [day + minuteMs, 2],
    ]);
  });

  test("points of one key merge, the later field wins: in one batch, across batches, and with what is there", async () => {
    const one = (fields: Record<string, number>) => pointsOf("w-merge", { fields });
    await write(open(), [...one({ a: 1, b: 1 }), ...one({ b: 2 })]);
    await write(open(), one({ c: 1, d: 1 }), one({ d: 2 }));
    for (const [key, value] of Object.entries({ a: 1, b: 2, c: 1, d: 2 }))
      expect(await read(open(), "w-merge", key)).toEqual([[day, value]]);
  });

  test("other tags make another point of the same time", async () => {
    await write(
      open(),
      pointsOf(
        "w-tags",
        { ts: day, tags: { lane: "1" }, fields: { speed: 1 } },
        { ts: day, tags: { lane: "2" }, fields: { speed: 3 } },
      ),
    );
    expect((await read(open(), "w-tags", "speed")).map(([, value]) => value).sort()).toEqual([1, 3]);
    expect(await read(open(), "w-tags", "speed", { everyMs: minuteMs })).toEqual([[day, 2]]);
  });

  test("names and tags may hold separators and quotes", async () => {
    const device = `w-odd, a=b "c" 'd' e\\f`;
    const key = `k, a=b "c" 'd' e\\f`;
    const measurement = `m, a=b "c" 'd' e\\f`;
    await write(
      open(),
      pointsOf(device, { measurement, tags: { "t, =": `v, ="\\'x` }, fields: { [key]: 7 } }),
    );
    expect(await read(open(), device, key)).toEqual([[day, 7]]);
    expect(await read(open(), device, key, { measurement })).toEqual([[day, 7]]);
    expect(await open().latest(device)).toEqual({ [key]: { ts: day, value: 7 } });
  });

  const injections = [
    "x' OR '1'='1",
    "x'; DROP DATABASE millrace; --",
    'x" OR 1=1',
    "x\\",
    "x\\' OR 1=1 --",
    "x\ny",
  ];
  test.each(injections)("a query for %j finds nothing and harms nothing", async (text) => {
    await write(open(), pointsOf("w-safe", { fields: { speed: 1 } }));
    expect(await read(open(), text, "speed")).toEqual([]);
    expect(await read(open(), "w-safe", text)).toEqual([]);
    expect(await read(open(), "w-safe", "speed", { measurement: text })).toEqual([]);
    expect(await open().latest(text)).toEqual({});
    expect(await read(open(), "w-safe", "speed")).toEqual([[day, 1]]);
  });

  test("text may hold any character, though not always keep it", async () => {
    const odd = "\u0000 line\nbreak \ud800 tab\t";
    await write(open(), pointsOf("w-text", { tags: { odd }, fields: { odd, after: 1 } }));
    expect(await read(open(), "w-text", "after")).toEqual([[day, 1]]);
    expect(await read(open(), "w-text", "odd")).toEqual([[day, expect.stringContaining("line")]]);
  });

  test("numbers that are none are left out, and the point with them when nothing is left", async () => {
    await write(
      open(),
      pointsOf(
        "w-nan",
        { fields: { speed: Number.NaN, wind: 1 } },
        { fields: { speed: Number.POSITIVE_INFINITY } },
      ),
    );
    expect(await read(open(), "w-nan", "speed")).toEqual([]);
    expect(await read(open(), "w-nan", "wind")).toEqual([[day, 1]]);
  });

  test("nothing to write is written at once", async () => {
    await open().write([]);
    await write(open(), [], []);
    expect(await read(open(), "w-nothing", "speed")).toEqual([]);
  });

  test("times before 1970 are times", async () => {
    await write(open(), pointsOf("w-old", { ts: -90_000, fields: { speed: 1 } }));
    const span = { from: -1e6, to: 1e6 };
    expect(await read(open(), "w-old", "speed", span)).toEqual([[-90_000, 1]]);
    expect(await read(open(), "w-old", "speed", { ...span, everyMs: minuteMs })).toEqual([[-120_000, 1]]);
  });

  test("many batches are written at once", async () => {
    const batches = Array.from({ length: 20 }, (_, batch) =>
      pointsOf(
        "w-many",
        ...Array.from({ length: 250 }, (_, n) => ({ ts: day + batch * 1000 + n, fields: { n } })),
      ),
    );
    await write(open(), ...batches);
    expect(await read(open(), "w-many", "n", { everyMs: 86_400_000, fn: "count" })).toEqual([[day, 5000]]);
  });
}
