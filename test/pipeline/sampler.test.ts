import { expect, test } from "vitest";
import type { Entry } from "../../engine/flow/entry.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { evaluate } from "../../engine/pipeline/evaluate.ts";
import { Sampler } from "../../engine/pipeline/sampler.ts";

const flow = (id: string, profile: string): Flow => ({
  id,
  name: id,
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: { profiles: [profile] } },
    {
      id: "sane",
      kind: "filter",
      config: { when: { all: [{ fact: "n", operator: "greaterThan", value: 0 }] } },
    },
    { id: "kept", kind: "save", config: { measurement: "m", fields: ["n"] } },
  ],
  edges: [
    { from: "in", output: "out", to: "sane" },
    { from: "sane", output: "pass", to: "kept" },
  ],
  layout: {},
});

const reading = (device: string, values: object, profile = "loop"): Entry => ({
  type: "upload",
  device,
  upload: "telemetry",
  arrivedAt: 1000,
  payload: JSON.stringify(values),
  binary: false,
  id: "",
  checkId: false,
  context: { id: device, name: `name of ${device}`, profile, revision: 1, attributes: {} },
});

let revision = 0;
function openLane(sampler: Sampler, ...flows: Flow[]) {
  const state = new LaneState();
  const options = { lane: 0, batch: 1, format: "rows", maxAheadMs: 1000, sampler } as const;
  const deployment = {
    revision: ++revision,
    flows: flows.map((definition) => ({ version: 3, definition })),
  };
  evaluate(state, [{ type: "deploy", deployment }], options);
  return (entries: Entry[]) => evaluate(state, entries, options).tally.traces;
}

test("while nobody watches nothing is recorded", () => {
  const run = openLane(new Sampler(), flow("a", "loop"));
  expect(run([reading("d", { n: 1 })])).toBeUndefined();
});

test("a message's way is told by node, output and values", () => {
  const sampler = new Sampler();
  const run = openLane(sampler, flow("a", "loop"), flow("b", "loop"));
  sampler.watch([{ flow: "a" }]);
  expect(run([reading("d", { n: 5 })])).toEqual([
    {
      message: expect.any(String),
      device: { id: "d", name: "name of d" },
      flow: "a",
      version: 3,
      at: 1000,
      isTick: false,
      values: { n: 5 },
      steps: [
        { node: "in", out: [["out", { n: 5 }]] },
        { node: "sane", out: [["pass", { n: 5 }]] },
        { node: "kept", out: [] },
      ],
      more: 0,
    },
  ]);
});

test("a node that fails says why", () => {
  const sampler = new Sampler();
  const run = openLane(sampler, flow("a", "loop"));
  sampler.watch([{ flow: "a" }]);
  const [trace] = run([reading("d", { n: "x".repeat(500) })]) ?? [];
  expect(trace?.steps).toHaveLength(2);
  const failing = openLane(sampler, {
    ...flow("a", "loop"),
    edges: [{ from: "in", output: "out", to: "kept" }],
  });
  expect(failing([reading("d", { other: 1 })])?.[0]?.steps.at(-1)?.error).toBeTruthy();
});

test("each reading of an upload is a trace of its own", () => {
  const sampler = new Sampler();
  const run = openLane(sampler, flow("a", "loop"));
  sampler.watch([{ flow: "a" }]);
  const upload = reading("d", [{ n: 1 }, { n: 2 }] as never);
  expect(run([upload])?.map(({ values }) => values)).toEqual([{ n: 1 }, { n: 2 }]);
});

test("messages that the flow does not take are left out, and do not use up the share", () => {
  const sampler = new Sampler();
  const run = openLane(sampler, flow("a", "loop"));
  sampler.watch([{ flow: "a" }]);
  const others = Array.from({ length: 40 }, (_, n) => reading(`o${n}`, { n }, "other"));
  expect(run([...others, reading("d", { n: 1 })])?.map(({ device }) => device.id) ?? []).toEqual(["d"]);
});

test("a flood leaves no more traces than the share of a second, spread over the batch", () => {
  const sampler = new Sampler();
  const run = openLane(sampler, flow("a", "loop"));
  sampler.watch([{ flow: "a" }]);
  const flood = Array.from({ length: 512 }, (_, n) => reading(`d${n}`, { n: n + 1 }));
  const told: string[] = [];
  const startAt = performance.now();
  for (let batch = 0; batch < 20; batch++) told.push(...(run(flood) ?? []).map(({ device }) => device.id));
  const seconds = Math.ceil((performance.now() - startAt) / 1000) + 1;
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThanOrEqual(20 * seconds);
  expect(told.slice(0, 20).some((id) => Number(id.slice(1)) > 100)).toBe(true);
});

test("one device among thousands is found when it is the one watched", () => {
  const sampler = new Sampler();
  const run = openLane(sampler, flow("a", "loop"));
  sampler.watch([{ flow: "a", device: "d300" }]);
  const flood = Array.from({ length: 512 }, (_, n) => reading(`d${n}`, { n: n + 1 }));
  expect(run(flood)?.map(({ device }) => device.id)).toEqual(["d300"]);
});

test("a trace is bounded, whatever the message holds", () => {
  const sampler = new Sampler();
  const run = openLane(sampler, flow("a", "loop"));
  sampler.watch([{ flow: "a" }]);
  const values = Object.fromEntries(
    Array.from({ length: 500 }, (_, n) => [`field${n}`, { deep: "y".repeat(400) }]),
  );
  const [trace] = run([reading("d", { n: 1, text: "x".repeat(100_000), ...values })]) ?? [];
  expect(JSON.stringify(trace).length).toBeLessThan(20_000);
  expect(Object.keys(trace!.values).length).toBeLessThanOrEqual(21);
  expect((trace!.values.text as string).length).toBeLessThan(130);
});

test("recording changes nothing of what comes out", () => {
  const entries = Array.from({ length: 100 }, (_, n) => reading(`d${n % 7}`, { n: n - 20 }));
  const out = (sampler?: Sampler) => {
    const state = new LaneState();
    const options = { lane: 0, batch: 1, format: "rows", maxAheadMs: 1000, sampler } as const;
    const deployment = { revision: 7777, flows: [{ version: 1, definition: flow("a", "loop") }] };
    const { tally, ...rest } = evaluate(state, [{ type: "deploy", deployment }, ...entries], options);
    return { rest, flows: tally.flows };
  };
  const sampler = new Sampler();
  sampler.watch([{ flow: "a" }]);
  expect(out(sampler)).toEqual(out());
});
