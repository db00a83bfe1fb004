import fc from "fast-check";
import { expect, test } from "vitest";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

const absence = kindByName("absence")!;

test("a device is silent once in each gap that is long enough, and back after it", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (gaps, after) => {
      const host = new Host(absence, { after: `${after}s` });
      const expected: string[] = [];
      let now = 0;
      for (const [i, gap] of gaps.entries()) {
        for (let s = 1; s <= gap; s++) host.tick((now + s) * 1000);
        now += gap;
        host.message({ at: now * 1000, ts: 0, values: {} });
        if (i > 0 && gap >= after) expected.push("silent", "back");
      }
      expect(host.out.map(([output]) => output)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test("the usual interval is learnt over eight, without batches and silences", () => {
  const host = new Host(absence, { times: 2, after: "15s" });
  let at = 0;
  for (let i = 0; i < 9; i++) {
    host.message({ at, values: {} });
    host.message({ at, values: {} });
    at += 10_000;
  }
  expect(host.state()).toMatchObject({ a: 80_000, m: 10_000, c: 8, d: 20_000 });
  host.tick(100_000);
  host.message({ at: 10_000_000, values: {} });
  expect(host.state()).toMatchObject({ m: 10_000 });
  expect(host.wakeAt()).toBe(10_020_000);
});

test("a message that arrived earlier by another server's clock moves nothing back", () => {
  const host = new Host(absence, { after: "10s" });
  host.message({ at: 5000, values: {} });
  host.message({ at: 4000, values: {} });
  expect(host.wakeAt()).toBe(15_000);
});
