import fc from "fast-check";
import { expect, test } from "vitest";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

const alert = kindByName("alert")!;
const above = (value: number) => ({ all: [{ fact: "v", operator: "greaterThan", value }] });
const below = (value: number) => ({ all: [{ fact: "v", operator: "lessThan", value }] });

const severities = ["critical", "major", "warning"];
const limits = [8, 6, 4];
interface Settings {
  levels: number;
  hysteresis: number | null;
  lasting: null | { hold: number } | { times: number; within: number };
  clear: boolean;
  clearHold: number | null;
  flapping: null | { times: number; within: number };
}
interface Reading {
  ts: number;
  v: number;
}
const span = fc.record({ times: fc.integer({ min: 2, max: 3 }), within: fc.integer({ min: 1, max: 12 }) });
const settings: fc.Arbitrary<Settings> = fc.record({
  levels: fc.integer({ min: 1, max: 3 }),
  hysteresis: fc.option(fc.integer({ min: 1, max: 2 })),
  lasting: fc.oneof(fc.constant(null), fc.record({ hold: fc.integer({ min: 1, max: 8 }) }), span),
  clear: fc.boolean(),
  clearHold: fc.option(fc.integer({ min: 1, max: 6 })),
  flapping: fc.option(span),
});
const readings = fc.array(fc.record({ gap: fc.integer({ min: -2, max: 6 }), v: fc.nat(10) }), {
  maxLength: 40,
});

const seconds = (s: { times: number; within: number }) => ({ times: s.times, within: `${s.within}s` });
function configOf({ levels, hysteresis, lasting, clear, clearHold, flapping }: Settings) {
  const all = limits
    .slice(3 - levels)
    .map((limit, i) => ({ severity: severities[3 - levels + i]!, when: above(limit) }));
  const base = all.pop()!;
  return {
    type: "High",
    severity: base.severity,
    raise: base.when,
    steps: all,
    ...(hysteresis && { hysteresis }),
    ...(lasting && ("hold" in lasting ? { hold: `${lasting.hold}s` } : { repeat: seconds(lasting) })),
    ...(clear && { clear: below(3) }),
    ...(clearHold && { clearHold: `${clearHold}s` }),
    ...(flapping && { flapping: seconds(flapping) }),
  };
}

/** Says for each message, from the whole history before it, what must leave. */
function reference(given: readonly Reading[], it: Settings): string[] {
  const { lasting, hysteresis, flapping } = it;
  const isTimed = Boolean(lasting || it.clearHold || flapping);
  const mine = limits.slice(3 - it.levels);
  const names = severities.slice(3 - it.levels);
  const events: string[] = [];
  let history: Reading[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let raisedAt = -1;
  let level = -1;
  const raises: number[] = [];

  const met = (limit: number, k: number) => history[k]!.v > limit;
  const isOn = (limit: number, k: number): boolean => {
    if (k < 0) return false;
    if (isOn(limit, k - 1)) return history[k]!.v > limit - (hysteresis ?? 0);
    const lastOn = history.findLastIndex((_, j) => j < k - 1 && isOn(limit, j));
    // The message that ended it counts for nothing.
    const from = lastOn < 0 ? 0 : lastOn + 2;
    if (!lasting) return met(limit, k);
    if ("hold" in lasting) {
      if (!met(limit, k)) return false;
      let since = k;
      while (since > from && met(limit, since - 1)) since--;
      return history[k]!.ts - history[since]!.ts >= lasting.hold;
    }
    let count = 0;
    for (let j = from; j <= k; j++)
      if (met(limit, j) && history[k]!.ts - history[j]!.ts < lasting.within) count++;
    return count >= lasting.times;
  };
  const isOver = (k: number) => {
    if (it.clear) return history[k]!.v < 3;
    const isPending =
      lasting && "hold" in lasting && mine.some((limit) => met(limit, k) && !isEnding(limit, k));
    return mine.every((limit) => !isOn(limit, k)) && !isPending;
  };
  const isEnding = (limit: number, k: number) => isOn(limit, k - 1) && !isOn(limit, k);

  for (const reading of given) {
    if (isTimed && reading.ts < newest) continue;
    newest = Math.max(newest, reading.ts);
    history.push(reading);
    const k = history.length - 1;
    const on = mine.findIndex((limit) => isOn(limit, k));
    if (raisedAt < 0) {
      if (on < 0) continue;
      raisedAt = k;
      level = on;
      raises.push(reading.ts);
      events.push(`raise ${names[on]}`);
      continue;
    }
    if (isOver(k)) {
      let since = k;
      while (since - 1 > raisedAt && isOver(since - 1)) since--;
      const from = history[since]!.ts;
      const lately = flapping
        ? raises.slice(-flapping.times).filter((at) => from - at < flapping.within).length
        : 0;
      const mustBe = Math.max(it.clearHold ?? 0, flapping && lately >= flapping.times ? flapping.within : 0);
      if (reading.ts - from < mustBe) continue;
      events.push("clear");
      history = [];
      raisedAt = -1;
    } else if (on >= 0 && on !== level) {
      level = on;
      events.push(`update ${names[on]}`);
    }
  }
  return events;
}

const told = (host: Host) =>
  host.wishes.map((wish) => ("severity" in wish ? `${wish.type} ${wish.severity}` : wish.type));

test("alarms rise, step and clear as a naive look at the whole history says, also out of order and doubled", () => {
  fc.assert(
    fc.property(readings, settings, (steps, settings) => {
      const host = new Host(alert, configOf(settings));
      const given: Reading[] = [];
      let ts = 100;
      for (const { gap, v } of steps) {
        ts += gap;
        given.push({ ts, v });
        host.message({ at: ts * 1000, values: { v } });
      }
      expect(told(host)).toEqual(reference(given, settings));
      const outputs: Record<string, string> = { raise: "raised", update: "updated", clear: "cleared" };
      expect(host.out.map(([output]) => output)).toEqual(host.wishes.map(({ type }) => outputs[type]));
    }),
    { numRuns: 1000 },
  );
});

test("a tick does what the last message would do if it came again at that time", () => {
  const timed = settings.filter(({ lasting }) => lasting !== null && "hold" in lasting);
  const steps = fc.array(fc.record({ gap: fc.nat(9), v: fc.nat(10) }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(steps, timed, (steps, settings) => {
      const [ticked, repeated] = [new Host(alert, configOf(settings)), new Host(alert, configOf(settings))];
      let now = 100;
      let last: number | undefined;
      for (const { gap, v } of steps) {
        for (let s = 0; s < gap; s++) {
          now++;
          ticked.tick(now * 1000);
          if (last !== undefined) repeated.message({ at: now * 1000, values: { v: last } });
        }
        for (const host of [ticked, repeated]) host.message({ at: now * 1000, values: { v } });
        last = v;
      }
      expect(told(ticked)).toEqual(told(repeated));
    }),
    { numRuns: 1000 },
  );
});

test("each identity has an alarm of its own, and an operator clears one without the others", () => {
  const host = new Host(alert, { type: "Full", severity: "minor", raise: above(5), identity: "=tank" });
  const node = alert.create(
    alert.config.parse({ type: "Full", severity: "minor", raise: above(5), identity: "=tank" }),
  );
  for (const tank of ["A", 7, "A"]) host.message({ at: 0, values: { tank, v: 9 } });
  expect(host.wishes.map((wish) => "alarm" in wish && wish.alarm)).toEqual(["Full (A)", "Full (7)"]);
  const kept = node.cleared!("Full (A)", host.state());
  expect(Object.keys(kept as object)).toEqual([":7"]);
  expect(node.cleared!("Full (7)", kept)).toBeNull();
});

test("of a hundred identities those without an alarm are forgotten first; with all active the next is refused", () => {
  const config = { type: "Full", severity: "minor", raise: above(5), identity: "=tank", hold: "1m" };
  const held = new Host(alert, config);
  for (let tank = 0; tank < 150; tank++) held.message({ at: tank, values: { tank, v: 9 } });
  expect(Object.keys(held.state() as object)).toHaveLength(100);
  const { hold: _, ...atOnce } = config;
  const host = new Host(alert, atOnce);
  for (let tank = 0; tank < 100; tank++) host.message({ at: tank, values: { tank, v: 9 } });
  expect(() => host.message({ at: 0, values: { tank: 100, v: 9 } })).toThrow(
    /^The device has 100 active alarms/,
  );
});

test("an alarm that an earlier version of the settings raised is updated and cleared by the present ones", () => {
  const node = alert.create(
    alert.config.parse(
      configOf({ levels: 2, hysteresis: null, lasting: null, clear: false, clearHold: null, flapping: null }),
    ),
  );
  const device = { id: "d", name: "d", profile: "p", attributes: {}, revision: 1 };
  const message = (v: number) => ({
    id: "1",
    device,
    type: "telemetry" as const,
    ts: 0,
    arrivedAt: 0,
    values: { v },
  });
  expect(node.evaluate(message(5), { active: true }).wishes).toBeUndefined();
  expect(node.evaluate(message(9), { active: true }).wishes).toMatchObject([
    { type: "update", severity: "major" },
  ]);
  expect(node.evaluate(message(1), { active: true })).toMatchObject({
    state: null,
    wishes: [{ type: "clear" }],
  });
});

test("details that cannot be calculated or stored are left out, and the alarm comes", () => {
  const calculate = [{ as: "over", expression: "v - limit" }];
  const host = new Host(alert, { type: "High", severity: "minor", raise: above(5), calculate });
  host.message({ at: 0, values: { v: 9, odd: Number.POSITIVE_INFINITY, list: [1] } });
  expect(host.wishes).toMatchObject([{ type: "raise", details: { v: 9 } }]);
  expect(Object.keys((host.wishes[0] as { details: object }).details)).toEqual(["v"]);
});

test.each([
  [{ steps: [{ severity: "minor", when: above(9) }] }, "steps.0.severity"],
  [{ steps: [1, 2].map(() => ({ severity: "major", when: above(9) })) }, "steps.1.severity"],
  [{ hold: "1m", repeat: { times: 2, within: "1m" } }, "repeat"],
  [{ hysteresis: 0 }, "hysteresis"],
])("an alert with %j is refused at %s", (change, path) => {
  const config = { type: "High", severity: "minor", raise: above(5), ...change };
  const issues = alert.config.safeParse(config).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join("."))).toContain(path);
});

test("a hysteresis without a limit to move is refused", () => {
  const raise = { all: [{ fact: "door", operator: "equal", value: "open" }] };
  const config = alert.config.parse({ type: "Open", severity: "minor", raise, hysteresis: 1 });
  expect(() => alert.create(config)).toThrow(/^The hysteresis has no limit to move/);
});
