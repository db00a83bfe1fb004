import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { Surroundings } from "../../engine/flow/surroundings.ts";
import { type TryInput, tryFlow } from "../../engine/flow/try.ts";
import type { ExplainedCause } from "../../engine/model/cause.ts";
import type { Effect } from "../../engine/model/effect.ts";
import type { Flow } from "../../engine/model/flow.ts";
import type { Values } from "../../engine/model/value.ts";
import { maxSampled } from "../../engine/nodes/sampled.ts";

const startMs = 1_700_000_000_000;
const below = (fact: string, value: number) => ({ all: [{ fact, operator: "lessThan", value }] });
const above = (fact: string, value: number) => ({ all: [{ fact, operator: "greaterThan", value }] });

/** Nodes one after the other, each joined to the next by the output named with it. */
function chain(id: string, ...steps: [id: string, kind: string, config: Values, output?: string][]): Flow {
  return {
    id,
    name: id,
    schema: 1,
    nodes: steps.map(([id, kind, config]) => ({ id, kind, config })),
    edges: steps.slice(1).map(([to], i) => ({ from: steps[i]![0], output: steps[i]![3] ?? "out", to })),
    layout: {},
  };
}

const slow = { type: "Slow", severity: "major", raise: below("avg", 0), clear: above("avg", 0) } as const;
const windows = chain(
  "windows",
  ["in", "input", {}],
  ["sane", "filter", { when: above("v", -50) }, "pass"],
  ["avg", "aggregate", { window: { size: "10s" }, values: [{ of: "v", fn: "avg", as: "avg" }] }, "window"],
  ["slow", "alert", slow as never, "raised"],
  ["sign", "command", { method: "setLimit", params: { kmh: 40 } }],
);
const plan = compilePlan([{ version: 3, definition: windows }]);
const options = { lane: 0, maxAheadMs: Number.MAX_SAFE_INTEGER, plan, compile: () => plan };

const reading = fc.record({ gap: fc.nat(3000), back: fc.nat(4000), v: fc.integer({ min: -60, max: 60 }) });
type Reading = typeof reading extends fc.Arbitrary<infer T> ? T : never;

function entriesOf(readings: readonly Reading[]): Entry[] {
  let now = startMs;
  return readings.map(({ gap, back, v }) => {
    now += gap;
    const context = { id: "d", name: "Loop 1", profile: "p", attributes: {}, revision: 1 };
    const payload = JSON.stringify({ ts: now - back, values: { v } });
    const upload = { upload: "telemetry", arrivedAt: now, payload, binary: false } as const;
    return { type: "upload", device: "d", id: "", checkId: false, context, ...upload };
  });
}

/** What runs give that are cut into batches, with the state stored and read between them. */
function effectsOf(entries: readonly Entry[], cuts: readonly number[]): Effect[] {
  const effects: Effect[] = [];
  let state = new LaneState();
  for (let at = 0, i = 0; at < entries.length; i++) {
    const batch = entries.slice(at, at + 1 + (cuts[i % Math.max(1, cuts.length)] ?? 0));
    at += batch.length;
    const outcome = run(options, state, batch);
    effects.push(...outcome.effects);
    const stored = new Map<string, string>();
    state.merge(outcome);
    const next = new LaneState();
    next.sequence = state.sequence;
    for (const [device, key] of state.keys) stored.set(device, JSON.stringify(key));
    next.take("d", [JSON.stringify(state.contexts.get("d")), stored.get("d"), state.recent.get("d")]);
    state = next;
  }
  return effects;
}

const causeOf = (effect: Effect | undefined) => (effect as { cause?: ExplainedCause } | undefined)?.cause;
const stepOf = (cause: ExplainedCause | undefined, node: string) =>
  cause?.steps?.find((step) => step.node === node);

test("however messages are cut into batches, a cause holds the very messages that folded in", () => {
  let alarms = 0;
  fc.assert(
    fc.property(
      fc.array(reading, { minLength: 10, maxLength: 60 }),
      fc.array(fc.nat(8)),
      (readings, cuts) => {
        const entries = entriesOf(readings);
        const effects = effectsOf(entries, cuts);
        expect(effects).toEqual(effectsOf(entries, [1000]));
        const sent = entries.map((entry, index) => {
          const { ts, values } = JSON.parse((entry as { payload: string }).payload);
          return { id: `0:${index + 1}`, ts, v: values.v as number };
        });
        for (const effect of effects) {
          const cause = causeOf(effect);
          const { window, values } = stepOf(cause, "avg")!;
          alarms++;
          const [start, end] = [Date.parse(window!.start), Date.parse(window!.end)];
          // Late ones left by another way: of those in time none is newer than the end when the window still was open.
          const folded = foldedInto(sent, start, end);
          expect(window!.count).toBe(folded.length);
          const mean = folded.reduce((sum, { v }) => sum + v, 0) / folded.length;
          expect(values.avg).toBeCloseTo(mean, 9);
          const told = window!.messages.map(({ id, ts, values }) => ({
            id,
            ts: Date.parse(ts),
            v: values.v,
          }));
          expect(told.length).toBeLessThanOrEqual(maxSampled);
          if (folded.length <= maxSampled) expect(told).toEqual(folded.toSorted((a, b) => a.ts - b.ts));
          else expect(folded).toEqual(expect.arrayContaining(told));
          // The value that decided is the one that the sentence names.
          expect(stepOf(cause, "slow")!.values).toEqual({ avg: values.avg });
          expect(cause!.path).toEqual([
            "in",
            "sane",
            "avg",
            "slow",
            ...(effect.type === "command" ? ["sign"] : []),
          ]);
          expect(cause!.version).toBe(3);
        }
      },
    ),
    { numRuns: 200 },
  );
  expect(alarms).toBeGreaterThan(20);
});

/** A naive walk: sane messages of the window, as long as none that came before was newer than its end. */
function foldedInto(sent: readonly { id: string; ts: number; v: number }[], start: number, end: number) {
  let newest = Number.NEGATIVE_INFINITY;
  return sent.filter(({ ts, v }) => {
    if (v <= -50) return false;
    const isOpen = newest < end;
    newest = Math.max(newest, ts);
    return isOpen && ts >= start && ts < end;
  });
}

const device = { name: "Loop 1", attributes: { road: "A1" } };
const at = (seconds: number, values: Values, more: object = {}): TryInput => ({
  at: startMs + seconds * 1000,
  values,
  device,
  ...more,
});
const tick = (seconds: number): TryInput => ({ tick: startMs + seconds * 1000 });

/** The causes of what a trial wished for, by node and type. */
function causesOf(flow: Flow, inputs: readonly TryInput[], around?: Surroundings) {
  const { effects, problems } = tryFlow(flow, inputs, around);
  expect(problems).toEqual([]);
  return effects.flatMap((effect) =>
    "cause" in effect && effect.cause ? [{ ...effect, cause: effect.cause }] : [],
  );
}
const said = (cause: ExplainedCause) => cause.steps!.map(({ node, says }) => `${node}: ${says}`);

test("a message that raises at once is told step by step, and what clears the alarm likewise", () => {
  const flow = chain(
    "plain",
    ["in", "input", {}],
    [
      "sane",
      "filter",
      { when: { all: [{ fact: "door", operator: "equal", value: "open" }, { not: below("t", -40) }] } },
      "pass",
    ],
    ["add", "enrich", { attributes: [{ name: "road" }] }],
    ["hot", "alert", { type: "Hot", severity: "minor", raise: above("t", 8) }],
  );
  const [raised, cleared] = causesOf(flow, [at(0, { door: "open", t: 9.5 }), at(1, { door: "open", t: 7 })]);
  expect(said(raised!.cause)).toEqual([
    "in: a message of Loop 1 came",
    "sane: door is open and t 9.5 is not below -40",
    "add: road is A1",
    "hot: t 9.5 is above 8",
  ]);
  expect(raised!.cause).toMatchObject({
    message: "0:1",
    ts: new Date(startMs).toISOString(),
    values: { t: 9.5 },
  });
  expect(raised!.cause.steps![0]).toMatchObject({ output: "out", values: { door: "open", t: 9.5 } });
  expect(cleared!.type).toBe("clear");
  expect(said(cleared!.cause).at(-1)).toBe("hot: t 7 is not above 8");
});

test("a window that the clock closes says so, with the messages in it", () => {
  const [alarm] = causesOf(windows, [at(0, { v: -3 }), at(1, { v: -5 }), tick(60)]);
  expect(alarm!.cause.path).toEqual(["avg", "slow"]);
  const { says, window } = stepOf(alarm!.cause, "avg")!;
  expect(says).toMatch(/^the clock woke it at 2023-.* and 2 messages from 2023-.* to 2023-/);
  expect(window!.messages.map(({ values }) => values)).toEqual([{ v: -3 }, { v: -5 }]);
});

test.each([
  ["sliding", { type: "sliding", size: "1m" }, 20],
  ["count", { type: "count", count: 20 }, 20],
  ["session", { type: "session", gap: "10s" }, 20],
  ["hopping", { type: "hopping", size: "20s", every: "10s" }, 20],
])("of a %s window with more messages a sample is kept, spread evenly", (_, window, count) => {
  const flow = structuredClone(windows);
  flow.nodes[2]!.config.window = window;
  const whole = { all: [{ fact: "windowCount", operator: "greaterThanInclusive", value: count }] };
  flow.nodes[3]!.config = { type: "Whole", severity: "minor", raise: whole };
  // Windows of time begin at whole multiples of their size: 1,700,000,000 s is one of 20 s.
  const inputs = Array.from({ length: 20 }, (_, i) => at(i, { v: i - 19 }));
  const causes = causesOf(flow, [...inputs, at(60, { v: 1 }), tick(200)]);
  const told = causes.map(({ cause }) => stepOf(cause, "avg")!.window!).find((each) => each.count === count)!;
  expect(told.messages.map(({ id }) => id)).toEqual(["0:1", "0:5", "0:9", "0:13", "0:17"]);
  expect(told.messages[1]!.values).toEqual({ v: -15 });
});

test("sessions that a late message joins keep the messages of both", () => {
  const flow = structuredClone(windows);
  flow.nodes[2]!.config = {
    window: { type: "session", gap: "10s" },
    lateness: "1m",
    values: [{ of: "v", fn: "avg", as: "avg" }],
  };
  const inputs = [at(0, { v: -1 }), at(15, { v: -2 }), at(16, { v: -3 }, { ts: startMs + 8000 }), tick(300)];
  const window = stepOf(causesOf(flow, inputs)[0]!.cause, "avg")!.window!;
  expect(window.count).toBe(3);
  expect(window.messages.map(({ values }) => values.v)).toEqual([-1, -3, -2]);
});

test("what was grouped by a road tells the way before from the message that came on", () => {
  const flow = structuredClone(windows);
  flow.nodes[2]!.config.by = "road";
  flow.nodes.pop();
  flow.edges.pop();
  const [alarm] = causesOf(flow, [at(0, { v: -3 }), at(30, { v: 4 })]);
  expect(alarm!.device).toBe("road A1");
  expect(alarm!.cause.path).toEqual(["in", "sane", "avg", "slow"]);
  expect(said(alarm!.cause).slice(0, 2)).toEqual(["in: a message of road A1 came", "sane: v 4 is above -50"]);
  expect(stepOf(alarm!.cause, "avg")!.window!.messages).toMatchObject([{ id: "0:1", values: { v: -3 } }]);
});

test("an alarm that was held, repeated, or went to another severity says how long, how often and why", () => {
  const config = { type: "Hot", severity: "minor", raise: above("t", 8), clear: below("t", 5) };
  const hot = (more: object) =>
    chain("hot", ["in", "input", {}], ["hot", "alert", { ...config, ...more } as never]);
  const last = (flow: Flow, inputs: TryInput[]) => said(causesOf(flow, inputs).at(-1)!.cause).at(-1);
  expect(last(hot({ hold: "10s" }), [at(0, { t: 9 }), at(12, { t: 9.5 })])).toMatch(
    /^hot: t 9.5 is above 8 and this for 12 s, since 2023/,
  );
  expect(last(hot({ hold: "10s" }), [at(0, { t: 9 }), tick(20)])).toMatch(
    /^hot: the clock woke it at .* and t 9 is above 8 and this for 20 s/,
  );
  expect(
    last(hot({ repeat: { times: 3, within: "1m" } }), [at(0, { t: 9 }), at(1, { t: 9 }), at(2, { t: 10 })]),
  ).toBe("hot: t 10 is above 8 and this 3 times within 1 m");
  const steps = [{ severity: "critical", when: above("t", 20) }];
  expect(last(hot({ steps }), [at(0, { t: 9 }), at(1, { t: 25 })])).toBe("hot: t 25 is above 20");
  expect(last(hot({ clearHold: "10s" }), [at(0, { t: 9 }), at(1, { t: 4 }), at(31, { t: 3 })])).toMatch(
    /^hot: t 3 is below 5 and this for 30 s/,
  );
  const each = hot({ identity: "=tank" });
  expect(last(each, [at(0, { t: 9, tank: "a" }), at(1, { t: 3, tank: "a" })])).toBe("hot: t 3 is below 5");
});

const kindly: [
  title: string,
  kind: string,
  config: Values,
  output: string,
  given: TryInput[],
  says: RegExp,
][] = [
  [
    "absence",
    "absence",
    { after: "1m" },
    "silent",
    [at(0, { t: 1 }), tick(90)],
    /nothing came for 1.5 m, the last at 2023/,
  ],
  [
    "return",
    "absence",
    { after: "1m" },
    "back",
    [at(0, { t: 1 }), tick(90), at(120, { t: 1 })],
    /it is back after 2 m/,
  ],
  [
    "sequence",
    "sequence",
    { steps: [{ when: above("t", 1) }, { when: below("t", 0) }], within: "1m" },
    "matched",
    [at(0, { t: 2 }), at(30, { t: -1 })],
    /t -1 is below 0 and that was the last of 2 steps, 30 s after the first/,
  ],
  [
    "sequence that failed",
    "sequence",
    { steps: [{ when: above("t", 1) }, { when: below("t", 0) }], within: "1m" },
    "timeout",
    [at(0, { t: 2 }), tick(90)],
    /only 1 of 2 steps came within 1 m/,
  ],
  [
    "pair",
    "join",
    { one: above("a", 0), other: above("b", 0), within: "1m" },
    "matched",
    [at(0, { a: 1 }), at(20, { b: 2 })],
    /it belongs to a message 20 s apart/,
  ],
  [
    "change",
    "change",
    { fields: [{ of: "t", by: 1 }] },
    "changed",
    [at(0, { t: 1 }), at(1, { t: 3 })],
    /t went from 1 to 3/,
  ],
  [
    "case",
    "switch",
    {
      cases: [
        { name: "hot", when: above("t", 8) },
        { name: "cold", when: below("t", 0) },
      ],
    },
    "else",
    [at(0, { t: 3 })],
    /t 3 is not above 8 and t 3 is not below 0/,
  ],
];
test.each(kindly)(
  "a %s says in the words of its kind why it let the message go",
  (_, kind, config, output, given, says) => {
    const command = { method: "horn", params: { seconds: 3 } };
    const flow = chain(
      "kindly",
      ["in", "input", {}],
      ["node", kind, config, output],
      ["horn", "command", command],
    );
    const { cause } = causesOf(flow, given).at(-1)!;
    expect(stepOf(cause, "node")!.says).toMatch(says);
    expect(cause.steps!.at(-1)).toMatchObject({ says: "it asks for horn", values: { seconds: 3 } });
  },
);

test("an alarm after a command that failed tells which, why, and what had asked for it", () => {
  const flow = chain(
    "after",
    ["in", "input", {}],
    ["fan", "command", { method: "fan" }, "failed"],
    ["hot", "alert", { type: "No fan", severity: "major", raise: above("t", 8) }],
  );
  const failed = { command: 1, at: startMs + 5000, state: "failed", reason: "no power" } as const;
  const { cause } = causesOf(flow, [at(0, { t: 9 }), failed]).at(-1)!;
  expect(said(cause)).toEqual(["fan: the command fan ended: failed, no power", "hot: t 9 is above 8"]);
  expect(cause.steps![0]!.messages).toMatchObject([{ id: "0:1", values: { t: 9 } }]);
});

test("a flow that handed the message over is told, with its steps", () => {
  const other = chain(
    "other",
    ["in", "input", { from: "flows" }],
    ["hot", "alert", { type: "Hot", severity: "minor", raise: above("t", 8) }],
  );
  const flow = chain(
    "first",
    ["in", "input", {}],
    ["warm", "filter", { when: above("t", 1) }, "pass"],
    ["on", "flow", { flow: "other" }],
  );
  const flows = new Map([["other", { definition: other, version: 4 }]]);
  const [alarm] = causesOf(flow, [at(0, { t: 9 })], { flows } as never);
  expect(alarm!.cause.path).toEqual(["in", "hot"]);
  expect(alarm!.cause.steps).toMatchObject([
    { node: "in", flow: { id: "first" } },
    { node: "warm", flow: { id: "first" }, says: "t 9 is above 1" },
    { node: "on", flow: { id: "first" } },
    { node: "in" },
    { node: "hot", says: "t 9 is above 8" },
  ]);
  expect(alarm!.cause.steps![4]).not.toHaveProperty("flow");
});

test("however large messages are, a cause stays small", () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`field${i}`, "x".repeat(2000)]));
  const clauses = Array.from({ length: 100 }, (_, i) => ({
    fact: `field${i}`,
    operator: "notEqual",
    value: "y".repeat(500),
  }));
  const flow = chain(
    "large",
    ["in", "input", {}],
    ...Array.from({ length: 60 }, (_, i): [string, string, Values, string] => [
      `f${i}`,
      "filter",
      { when: { all: clauses } },
      "pass",
    ]),
    ["hot", "alert", { type: "Hot", severity: "minor", raise: { all: clauses } as never }],
  );
  const [alarm] = causesOf(flow, [at(0, many)]);
  expect(alarm!.cause.path).toHaveLength(62);
  expect(alarm!.cause.steps).toHaveLength(40);
  expect(JSON.stringify(alarm!.cause.steps).length).toBeLessThan(400_000);
});
