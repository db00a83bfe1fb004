import fc from "fast-check";
import { expect, test } from "vitest";
import type { Values } from "../../engine/model/value.ts";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

const runs = { numRuns: 1000 };
const is = (value: string) => ({ all: [{ fact: "s", operator: "equal", value }] });
const told = (host: Host) => host.out.map(([output, { values }]) => [output, values] as const);

const readings = fc.array(fc.record({ ts: fc.nat(60), s: fc.constantFrom("a", "b", "c") }), {
  maxLength: 25,
});

test("join pairs each message with the nearest one waiting, and gives up on the others, as a naive search does", () => {
  fc.assert(
    fc.property(readings, fc.integer({ min: 1, max: 20 }), (given, within) => {
      const host = new Host(kindByName("join")!, { one: is("a"), other: is("b"), within: `${within}s` });
      type Waiting = { ts: number; s: string; n: number };
      let waiting: Waiting[] = [];
      const expected: unknown[] = [];
      let newest = 0;
      for (const [n, { ts, s }] of given.entries()) {
        host.message({ at: 0, ts: ts * 1000, values: { s, n, [s]: n } });
        if (s === "c") continue;
        newest = Math.max(newest, ts);
        const mates = waiting.filter((it) => it.s !== s && Math.abs(it.ts - ts) <= within);
        const [mate] = mates.toSorted((x, y) => Math.abs(x.ts - ts) - Math.abs(y.ts - ts) || x.n - y.n);
        const me = { ts, s, n };
        if (mate) {
          const later = mate.ts <= ts ? me : mate;
          expected.push(["matched", { s: later.s, n: later.n, [s]: n, [mate.s]: mate.n }]);
          waiting = waiting.filter((it) => it !== mate);
        } else waiting.push(me);
        for (const it of waiting.filter((it) => it.ts + within < newest))
          expected.push(["timeout", { s: it.s, n: it.n, [it.s]: it.n }]);
        waiting = waiting.filter((it) => it.ts + within >= newest);
        while (waiting.length > 20) waiting.shift();
      }
      host.tick(1_000_000);
      for (const it of waiting) expected.push(["timeout", { s: it.s, n: it.n, [it.s]: it.n }]);
      expect(told(host)).toEqual(expected);
      expect(host.wakeAt()).toBeNull();
      if (newest > 0) expect(host.state()).toEqual({ q: [], t: newest * 1000 });
    }),
    runs,
  );
});

test("join lets no more than twenty messages wait, and loses none", () => {
  const host = new Host(kindByName("join")!, { one: is("a"), other: is("b"), within: "1h" });
  for (let n = 0; n < 25; n++) host.message({ at: n, values: { s: "a", n } });
  expect(told(host).map(([output, { n }]) => [output, n])).toEqual(
    [0, 1, 2, 3, 4].map((n) => ["timeout", n]),
  );
});

test("sequence matches and times out as a naive walk through the messages says", () => {
  fc.assert(
    fc.property(readings, fc.integer({ min: 1, max: 20 }), (given, within) => {
      const steps = ["a", "b", "c"].map((s) => ({ when: is(s) }));
      const host = new Host(kindByName("sequence")!, { steps, within: `${within}s` });
      const expected: unknown[] = [];
      let path: { ts: number; n: number }[] = [];
      const giveUp = () => {
        const values: Values = { s: "a", n: path[0]!.n, stepsDone: path.length };
        expected.push(["timeout", values]);
        path = [];
      };
      for (const [n, { ts, s }] of given.entries()) {
        host.message({ at: 0, ts: ts * 1000, values: { s, n } });
        if (path.length > 0 && ts > path[0]!.ts + within) giveUp();
        if (path.length > 0 && ts < path.at(-1)!.ts) continue;
        if (s !== "abc"[path.length]) continue;
        path.push({ ts, n });
        if (path.length < 3) continue;
        const startedAt = path[0]!.ts * 1000;
        expected.push(["matched", { s, n, startedAt, tookMs: ts * 1000 - startedAt }]);
        path = [];
      }
      host.tick(1_000_000);
      if (path.length > 0) giveUp();
      expect(told(host)).toEqual(expected);
      expect(host.state()).toBeUndefined();
    }),
    runs,
  );
});
