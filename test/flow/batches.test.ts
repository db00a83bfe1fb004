import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import { outputsOf } from "../../engine/nodes/kind.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";

/** Each example of each kind, with all that leaves it saved by its output. */
const flows = nodeKinds
  .filter((kind) => !kind.source)
  .flatMap((kind) => kind.examples.map(({ config }) => ({ kind, config })))
  .map(({ kind, config }, i) => ({
    version: 1,
    definition: {
      id: `f${i}`,
      name: `F ${i}`,
      schema: 1 as const,
      nodes: [
        { id: "in", kind: "input", config: {} },
        { id: "node", kind: kind.kind, config: config as never },
        ...outputsOf(kind, config).map((_, n) => ({
          id: `s${n}`,
          kind: "command",
          config: { method: `s${n}` },
        })),
      ],
      edges: [
        { from: "in", to: "node" },
        ...outputsOf(kind, config).map(({ name }, n) => ({ from: "node", output: name, to: `s${n}` })),
      ],
      layout: {},
    },
  }));

const field = fc.constantFrom(
  "speed",
  "avgSpeed",
  "temperature",
  "level",
  "door",
  "pump",
  "flow",
  "weight",
  "kind",
  "open",
  "v",
);
const value = fc.oneof(
  fc.integer({ min: -30, max: 60 }),
  fc.constantFrom("on", "open", "label", true, false, null),
);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      device: fc.constantFrom("a", "b"),
      gap: fc.nat(20_000),
      back: fc.nat(30_000),
      values: fc.dictionary(field, value),
    }),
  },
  fc.record({ gap: fc.nat(400_000), tick: fc.constant(true as const) }),
  fc.record({ gap: fc.nat(10), node: fc.constant("node") }),
);

/** Stores keys and values, alternating. */
function put(stored: Map<string, string>, changes: readonly string[]) {
  for (let k = 0; k < changes.length; k += 2) stored.set(changes[k]!, changes[k + 1]!);
}

function entriesOf(
  steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
  flow: string,
): Entry[] {
  let now = 1_700_000_000_000;
  return steps.map((step, index): Entry => {
    now += step.gap;
    if ("tick" in step) return { type: "tick", at: now };
    if ("node" in step)
      return { type: "alarm-cleared", device: "a", flow, node: step.node, alarm: "Door open" };
    const { device, back, values } = step;
    return {
      type: "upload",
      device,
      upload: "telemetry",
      arrivedAt: now,
      payload: JSON.stringify({ ts: now - back, values }),
      binary: false,
      id: "",
      checkId: false,
      context: { id: device, name: device, profile: "p", attributes: { limit: 5 }, revision: index + 1 },
    };
  });
}

test("for every kind, how entries are cut into batches does not show, nor that state was stored in between", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...flows),
      fc.array(step, { maxLength: 25 }),
      fc.array(fc.nat(6)),
      (flow, steps, cuts) => {
        const plan = compilePlan([flow]);
        expect(plan.broken).toEqual([]);
        const options = { lane: 0, maxAheadMs: 1000, plan, compile: () => plan };
        const entries = entriesOf(steps, flow.definition.id);
        const whole = run(options, new LaneState(), entries);

        let state = new LaneState();
        const effects: unknown[] = [];
        const stored = new Map<string, string>();
        const wakes = new Map<string, string>();
        for (let at = 0, i = 0; at < entries.length; i++) {
          const batch = entries.slice(at, at + 1 + (cuts[i % Math.max(1, cuts.length)] ?? 0));
          at += batch.length;
          for (const device of state.missing(batch))
            state.take(
              device,
              LaneState.keysOf(device).map((key) => stored.get(key)),
            );
          const outcome = run(options, state, batch);
          effects.push(...outcome.effects);
          const changes = state.merge(outcome);
          put(stored, changes.state);
          put(wakes, changes.wakes);
          // As another owner finds it: nothing in memory but the wakes.
          state = new LaneState();
          state.sequence = outcome.sequence;
          for (const [device, wakeAt] of wakes) if (wakeAt) state.wakes.set(device, Number(wakeAt));
        }
        expect(effects).toEqual(whole.effects);
        const all = new Map<string, string>();
        put(all, new LaneState().merge(whole).state);
        for (const [key, value] of all) expect(JSON.parse(stored.get(key)!)).toEqual(JSON.parse(value));
      },
    ),
    { numRuns: 1000 },
  );
});

test("a tick before the whole second at which a wake is stored wakes nobody, in the same batch either", () => {
  const flow = flows.find(({ definition }) => definition.nodes[1]!.kind === "absence")!;
  const plan = compilePlan([flow]);
  const options = { lane: 0, maxAheadMs: 1000, plan, compile: () => plan };
  const [upload] = entriesOf([{ device: "a", gap: 1, back: 0, values: { v: 1 } }], flow.definition.id);
  const state = new LaneState();
  state.merge(run(options, state, [upload!]));
  const wakeAt = state.wakes.next()!;
  const ticked = (at: number) =>
    run(options, new LaneState(), [upload!, { type: "tick", at }]).effects.length;
  expect([ticked(wakeAt - 1), ticked(wakeAt)]).toEqual([0, 1]);
});

test("an operator who clears one alarm of a node leaves its others as they are", () => {
  const when = { all: [{ fact: "v", operator: "greaterThan", value: 5 }] };
  const config = { type: "Full", severity: "minor", raise: when, identity: "=tank" };
  const definition = {
    id: "f",
    name: "F",
    schema: 1 as const,
    nodes: [
      { id: "in", kind: "input", config: {} },
      { id: "full", kind: "alert", config: config as never },
    ],
    edges: [{ from: "in", to: "full" }],
    layout: {},
  };
  const plan = compilePlan([{ version: 1, definition }]);
  const [one, two, again] = entriesOf(
    ["A", "B", "A"].map((tank) => ({ device: "a" as const, gap: 0, back: 0, values: { tank, v: 9 } })),
    "f",
  );
  const [other] = entriesOf([{ device: "a", gap: 0, back: 0, values: { tank: "B", v: 9 } }], "f");
  const cleared: Entry = { type: "alarm-cleared", device: "a", flow: "f", node: "full", alarm: "Full (A)" };
  const options = { lane: 0, maxAheadMs: 1000, plan, compile: () => plan };
  const { effects } = run(options, new LaneState(), [one!, two!, cleared, other!, again!]);
  expect(effects.map((effect) => "alarm" in effect && effect.alarm)).toEqual([
    "Full (A)",
    "Full (B)",
    "Full (A)",
  ]);
});
