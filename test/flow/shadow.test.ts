import { describe, expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { Candidate } from "../../engine/model/candidate.ts";
import type { ComparedEffect, Effect } from "../../engine/model/effect.ts";
import type { Deployment, Flow } from "../../engine/model/flow.ts";
import type { Values } from "../../engine/model/value.ts";
import { jamFlow } from "../support/jam-flow.ts";
import { readingAt, runLanes, startMs, tickAt } from "../support/lanes.ts";

const below = (limit: number) => ({ all: [{ fact: "speed", operator: "lessThan", value: limit }] });

/** Alarm below a limit; a command; an alarm where the command failed, and one where it succeeded. */
function signs(limit: number, command: Values = { method: "setLimit" }, hold?: string): Flow {
  const alarm = (type: string) => ({ type, severity: "minor", raise: below(1000) });
  return {
    id: "signs",
    name: "Signs",
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: {} },
      {
        id: "low",
        kind: "alert",
        config: { type: "Slow", severity: "major", raise: below(limit), ...(hold && { hold }) },
      },
      { id: "sign", kind: "command", config: command },
      { id: "bad", kind: "alert", config: alarm("Sign failed") },
      { id: "good", kind: "alert", config: alarm("Sign set") },
    ],
    edges: [
      { from: "in", to: "low" },
      { from: "low", output: "raised", to: "sign" },
      { from: "sign", output: "failed", to: "bad" },
      { from: "sign", output: "succeeded", to: "good" },
    ],
    layout: {},
  };
}

const candidate = (definition: Flow, change: Partial<Candidate> = {}): Candidate => ({
  id: 2,
  mode: "shadow",
  version: 2,
  definition,
  withinMs: 60_000,
  ...change,
});
const deploy = (flows: Flow[], candidates: Candidate[] = [], revision = 2): Entry => {
  const deployed: Deployment = { revision, flows: flows.map((definition) => ({ version: 1, definition })) };
  return { type: "deploy", deployment: candidates.length > 0 ? { ...deployed, candidates } : deployed };
};
const verdicts = (effects: readonly Effect[]) =>
  effects
    .filter((effect): effect is ComparedEffect => effect.type === "compared")
    .map(({ what, subject, verdict, instead }) =>
      [verdict, what, subject, ...(instead ? [`instead of ${instead.verdict}`] : [])].join(" "),
    );
const types = (effects: readonly Effect[]) => [...new Set(effects.map(({ type }) => type))].sort();
const speed = (second: number, value: number) => readingAt(second, { speed: value });

/** How the command of the live version's node fared that the entry with this number sent. */
const resultOf = (entry: number, state: "succeeded" | "failed", second: number): Entry => ({
  type: "result",
  device: "d1",
  at: startMs + second * 1000,
  flow: "signs",
  node: "sign",
  result: {
    ref: `0:${entry}/0`,
    of: 1,
    state,
    command: { id: 1, device: "d1", deviceName: "d1", method: "setLimit", state, answer: null, reason: null },
  },
});

describe("what a shadow wants done is only compared", () => {
  test("alarms and commands that it alone would have", () => {
    const { effects } = runLanes([deploy([signs(20)], [candidate(signs(30))]), speed(0, 25)]);
    expect(types(effects)).toEqual(["compared"]);
    expect(verdicts(effects)).toEqual(["new raised Slow", "new command setLimit"]);
  });

  test("also where no version is live", () => {
    const { effects } = runLanes([deploy([], [candidate(signs(30))]), speed(0, 25)]);
    expect(types(effects)).toEqual(["compared"]);
  });

  test("an error at its node is compared too, and is no dead letter", () => {
    const failing = signs(20, { method: "setLimit", params: { kmh: "=nothing" } });
    const { effects } = runLanes([deploy([signs(20)], [candidate(failing)]), speed(0, 5)]);
    expect(types(effects)).toEqual(["command", "compared", "raise"]);
    expect(verdicts(effects)).toEqual(["same raised Slow", "gone command setLimit", "new failed sign"]);
  });

  test("another severity or other parameters are a change", () => {
    const other = signs(20, { method: "setLimit", params: { kmh: 60 } });
    other.nodes[1]!.config.severity = "critical";
    const { effects } = runLanes([deploy([signs(20)], [candidate(other)]), speed(0, 5)]);
    expect(verdicts(effects)).toEqual(["changed raised Slow", "changed command setLimit"]);
    const [raised] = effects.filter((effect) => effect.type === "compared");
    expect(raised).toMatchObject({
      live: { at: startMs, node: "low", content: "major" },
      shadow: { at: startMs, node: "low", content: "critical" },
    });
  });

  test("what comes later corrects what was said before", () => {
    const held = signs(20, { method: "setLimit" }, "30s");
    const { effects } = runLanes([deploy([signs(20)], [candidate(held)]), speed(0, 5), tickAt(30)]);
    expect(verdicts(effects)).toEqual([
      "gone raised Slow",
      "gone command setLimit",
      "later raised Slow instead of gone",
      "later command setLimit instead of gone",
    ]);
  });

  test("what comes too late is another thing", () => {
    const held = signs(20, { method: "setLimit" }, "30s");
    const beside = [candidate(held, { withinMs: 20_000 })];
    const { effects } = runLanes([deploy([signs(20)], beside), speed(0, 5), tickAt(30)]);
    expect(verdicts(effects).slice(2)).toEqual(["new raised Slow", "new command setLimit"]);
  });
});

describe("a command of a shadow", () => {
  test("fares as the one that the live version sent at the same message", () => {
    for (const [state, alarm] of [
      ["succeeded", "Sign set"],
      ["failed", "Sign failed"],
    ] as const) {
      const all = [deploy([signs(20)], [candidate(signs(20))]), speed(0, 5), resultOf(2, state, 3)];
      expect(verdicts(runLanes(all).effects).slice(2)).toEqual([`same raised ${alarm}`]);
    }
  });

  test("leaves by sent alone where the live version sent none: neither succeeded nor failed, however long it takes", () => {
    const other = signs(30);
    other.edges.push({ from: "sign", output: "sent", to: "good" });
    const { effects } = runLanes([deploy([signs(20)], [candidate(other)]), speed(0, 25), tickAt(1_000_000)]);
    expect(verdicts(effects)).toEqual(["new raised Slow", "new command setLimit", "new raised Sign set"]);
  });

  test("is confirmed by the readings that confirm the live one", () => {
    const confirmed = (limit: number) =>
      signs(limit, {
        method: "setLimit",
        confirm: { when: { all: [{ fact: "set", operator: "equal", value: true }] }, within: "5m" },
      });
    const all = [
      deploy([confirmed(20)], [candidate(confirmed(20))]),
      speed(0, 5),
      resultOf(2, "succeeded", 3),
      readingAt(10, { speed: 5, set: true }),
    ];
    expect(verdicts(runLanes(all).effects).slice(2)).toEqual(["same raised Sign set"]);
  });
});

test("an alarm that an operator clears may be raised anew by the shadow too", () => {
  const cleared: Entry = { type: "alarm-cleared", device: "d1", flow: "signs", node: "low", alarm: "Slow" };
  const all = [deploy([signs(20)], [candidate(signs(20))]), speed(0, 5), cleared, speed(2, 5)];
  expect(verdicts(runLanes(all).effects)).toEqual([
    "same raised Slow",
    "same command setLimit",
    "same raised Slow",
    "same command setLimit",
  ]);
});

test("a shadow does not see what the live version of its flow did", () => {
  const seeing = signs(20);
  seeing.nodes[0]!.config = { types: ["alarm-change"] };
  const change: Entry = {
    type: "event",
    event: "alarm-change",
    device: "d1",
    at: startMs,
    values: { speed: 5 },
    by: "signs",
    context: { id: "d1", name: "d1", profile: "default", attributes: {}, revision: 1 },
  };
  const all = [deploy([seeing], [candidate(seeing)]), change, { ...change, by: "other" }];
  expect(verdicts(runLanes(all).effects)).toEqual(["same raised Slow", "same command setLimit"]);
});

describe("flows that hand messages over", () => {
  const inner = (limit: number): Flow => {
    const flow = signs(limit);
    flow.nodes[0]!.config = { from: "flows" };
    return flow;
  };
  const outer = (to = "signs"): Flow => ({
    id: "outer",
    name: "Outer",
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: {} },
      { id: "hand", kind: "flow", config: { flow: to } },
    ],
    edges: [{ from: "in", to: "hand" }],
    layout: {},
  });

  test("the shadow of the one that takes them sees them", () => {
    const all = [deploy([outer(), inner(20)], [candidate(inner(30))]), speed(0, 25)];
    expect(verdicts(runLanes(all).effects)).toEqual(["new raised Slow", "new command setLimit"]);
  });

  test("the shadow of the one that gives them hands nothing over", () => {
    const all = [deploy([outer(), inner(20)], [candidate(outer())]), speed(0, 5)];
    const { effects } = runLanes(all);
    expect(types(effects)).toEqual(["command", "raise"]);
    expect(effects.filter(({ type }) => type === "raise")).toHaveLength(1);
  });
});

test("a forward of a lane that does not run the shadow yet reaches it all the same", () => {
  const byRoad = jamFlow({ by: "road" });
  const plan = compilePlan([{ version: 1, definition: byRoad }], {
    candidates: [candidate(byRoad, { id: 7 })],
  });
  const options = { lane: 0, maxAheadMs: 1e9, plan, compile: () => plan, trace: true };
  const at = (second: number, revision: number, n: number): Entry => ({
    type: "forward",
    id: `1:1:${n}`,
    device: "road A1",
    at: startMs + second * 1000,
    flow: "jam",
    version: 1,
    node: "avg",
    key: { id: "road A1", name: "road A1", profile: "", attributes: { road: "A1" }, revision: 0 },
    sender: "d1",
    message: { id: `1:${n}`, type: "telemetry", arrivedAt: startMs + second * 1000, values: { speed: 5 } },
    path: ["in"],
    revision,
  });
  const shadowed: Entry = { ...at(40, 7, 3), shadow: 7 } as Entry;
  const { effects } = run(options, new LaneState(), [at(0, 6, 1), at(40, 7, 2), shadowed]);
  expect(verdicts(effects)).toEqual(["gone raised Jam", "same raised Jam instead of gone"]);
});

test("what a shadow remembered goes when it has ended", () => {
  const state = new LaneState();
  const compile = (deployment: Deployment) => compilePlan(deployment.flows, deployment);
  const take = (entry: Entry) => {
    const options = { lane: 0, maxAheadMs: 1e9, plan: compile(state.deployment), compile };
    state.merge(run(options, state, [entry]));
  };
  take(deploy([signs(20)], [candidate(signs(30))]));
  take(speed(0, 25));
  expect(Object.keys(state.keys.get("d1")!.n)).toEqual(["signs~2/", "signs~2/low"]);
  take(deploy([signs(20)], [], 3));
  take(speed(1, 5));
  expect(state.keys.get("d1")).toMatchObject({ n: { "signs/low": expect.anything() } });
  expect(Object.keys(state.keys.get("d1")!.n).filter((ref) => ref.includes("~"))).toEqual([]);
  expect(state.keys.get("d1")!.b).toBeUndefined();
});

describe("a canary", () => {
  const canary = (definition: Flow) => candidate(definition, { mode: "canary", devices: { percent: 99.9 } });

  test("says so in what it does, also where it fails", () => {
    const failing = signs(30, { method: "setLimit", params: { kmh: "=nothing" } });
    const { effects } = runLanes([deploy([signs(20)], [canary(failing)]), speed(0, 25)]);
    expect(effects).toMatchObject([
      { type: "raise", version: 2, candidate: 2 },
      { type: "dead-letter", reason: "node_failed", version: 2, candidate: 2 },
    ]);
  });

  test("that cannot be made ready leaves its devices with the live version", () => {
    const broken = signs(30);
    broken.nodes[1]!.kind = "no-such-kind";
    const { effects } = runLanes([deploy([signs(20)], [canary(broken)]), speed(0, 15)]);
    expect(effects).toMatchObject([
      { type: "dead-letter", reason: "flow_broken", flow: "signs", version: 2 },
      { type: "raise", version: 1 },
      { type: "command", version: 1 },
    ]);
  });

  test("has the results of commands, ticks and clearings of its devices", () => {
    const held = signs(20, { method: "setLimit" }, "30s");
    const all = [deploy([signs(20)], [canary(held)]), speed(0, 5), tickAt(30), resultOf(2, "failed", 33)];
    const { effects } = runLanes(all);
    expect(effects).toMatchObject([
      { type: "raise", version: 2 },
      { type: "command", version: 2 },
      { type: "raise", alarm: "Sign failed", version: 2 },
    ]);
  });
});
