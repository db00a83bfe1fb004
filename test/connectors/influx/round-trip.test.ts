import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openInflux } from "../../../connectors/influx/open.ts";
import { encodeLines } from "../../../engine/model/point-lines.ts";
import type { Series } from "../../../engine/model/series.ts";
import { startInflux } from "../../support/influx.ts";

let server: Awaited<ReturnType<typeof startInflux>>;
let series: Series;
beforeAll(async () => {
  server = await startInflux();
  series = openInflux({ url: server.url, bucket: server.database, version: 1 });
});
afterAll(async () => {
  await series?.close();
  await server?.stop();
});

// Names that a tag or field cannot have in InfluxDB, or that line protocol cannot carry, are tested elsewhere.
const storable = (text: string) => text.trim() !== "" && !/\p{Cc}|\\([,= "]|$)|^time$/u.test(text);
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter(storable);
const awkward = fc
  .string({ unit: fc.constantFrom(..."\\,= \"'#|ü"), minLength: 1, maxLength: 8 })
  .filter(storable);
const value = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom(...'\\" ,=\n') }),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  fc.integer(),
);

test("whatever names and values hold, they come back from the server as they were", {
  timeout: 180_000,
}, async () => {
  let count = 0;
  const given = fc.record({ device: fc.oneof(name, awkward), key: fc.oneof(name, awkward), value });
  await fc.assert(
    fc.asyncProperty(given, async ({ device, key, value }) => {
      // Each has a measurement of its own: a field keeps its type within one.
      const measurement = `m${++count}`;
      await series.write([
        encodeLines([{ measurement, tags: { device }, fields: { [key]: value }, ts: count }]),
      ]);
      const query = { device, key, measurement, from: 0, to: 1e6, fn: "last", limit: 10 } as const;
      expect(await series.query(query)).toEqual([{ ts: count, value: Object.is(value, -0) ? 0 : value }]);
    }),
    { numRuns: 300 },
  );
});
