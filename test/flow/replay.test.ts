import { expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry, ReplayEntry } from "../../engine/flow/entry.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { DeadLetterEffect } from "../../engine/model/effect.ts";
import type { Flow } from "../../engine/model/flow.ts";

/** Saves each reading with its distance to the one before; beside it saves `field`, and fails where there is none. */
const flow = (field: string): Flow => ({
  id: "two-ways",
  name: "Two ways",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "step", kind: "enrich", config: { delta: [{ of: "n", as: "change" }] } },
    { id: "all", kind: "save", config: { measurement: "all", fields: ["n", "change"] } },
    { id: "part", kind: "save", config: { measurement: "part", fields: [field] } },
  ],
  edges: [
    { from: "in", output: "out", to: "step" },
    { from: "step", output: "out", to: "all" },
    { from: "step", output: "out", to: "part" },
  ],
  layout: {},
});

const context = { id: "d", name: "one", profile: "default", revision: 1, attributes: {} };
const upload = (values: object): Entry => ({
  type: "upload",
  device: "d",
  upload: "telemetry",
  arrivedAt: 5000,
  payload: JSON.stringify(values),
  binary: false,
  id: "",
  checkId: false,
  context,
});
const deploy = (revision: number, field: string): Entry => ({
  type: "deploy",
  deployment: { revision, flows: [{ version: revision, definition: flow(field) }] },
});
const replay = (given: Partial<ReplayEntry>): ReplayEntry => ({
  type: "replay",
  number: 1,
  letter: "0:7:0",
  device: "d",
  at: 9000,
  arrivedAt: 5000,
  upload: "telemetry",
  payload: '{"n":3}',
  context,
  ...given,
});

function openLane() {
  const state = new LaneState();
  const compile = (deployment: Parameters<typeof compilePlan>[0]) => compilePlan(deployment);
  return {
    state,
    take(...entries: Entry[]) {
      const plan = compile(state.deployment.flows);
      const options = {
        lane: 0,
        maxAheadMs: 1000,
        plan,
        compile: (d: typeof state.deployment) => compile(d.flows),
      };
      const outcome = run(options, state, entries);
      state.merge(outcome);
      const letters = outcome.effects.filter((one): one is DeadLetterEffect => one.type === "dead-letter");
      const replayed = outcome.effects.filter(({ type }) => type === "replayed");
      return {
        points: outcome.points.map(({ measurement, fields }) => ({ measurement, ...fields })),
        letters,
        replayed,
      };
    },
  };
}

test("a message at which a node failed goes on from that node alone, in the version that runs now", () => {
  const lane = openLane();
  lane.take(deploy(1, "nowhere"), upload({ n: 1 }));
  const failed = lane.take(upload({ n: 3 }));
  expect(failed.points).toEqual([{ measurement: "all", n: 3, change: 2 }]);
  expect(failed.letters).toMatchObject([
    {
      reason: "node_failed",
      node: "part",
      upload: "telemetry",
      payload: '{"ts":5000,"values":{"n":3,"change":2}}',
    },
  ]);
  const node = { flow: "two-ways", id: "part" };
  const { payload } = failed.letters[0]!;
  expect(lane.take(replay({ number: 1, node, payload })).letters).toMatchObject([
    { reason: "node_failed", node: "part", payload, replayOf: "0:7:0" },
  ]);
  lane.take(deploy(2, "change"));
  const mended = lane.take(replay({ number: 2, node, payload }));
  expect(mended.points).toEqual([{ measurement: "part", change: 2 }]);
  expect(mended.replayed).toMatchObject([{ number: 2, failed: false }]);
});

test("the same replay again has no effect, and says that it was taken", () => {
  const lane = openLane();
  lane.take(deploy(1, "n"), upload({ n: 2 }));
  const first = lane.take(replay({ number: 4 }));
  expect(first.points).toEqual([
    { measurement: "all", n: 3, change: 1 },
    { measurement: "part", n: 3 },
  ]);
  const again = lane.take(replay({ number: 4 }), replay({ number: 3 }));
  expect(again.points).toEqual([]);
  expect(again.replayed).toMatchObject([{ letter: "0:7:0", number: 4 }, { number: 3 }]);
  expect(lane.take(replay({ number: 5, payload: '{"n":4}' })).points[0]).toEqual({
    measurement: "all",
    n: 4,
    change: 1,
  });
});

test("a replay that was taken has no effect either in a lane that was loaded anew", () => {
  const lane = openLane();
  lane.take(deploy(1, "n"));
  const plan = compilePlan(lane.state.deployment.flows);
  const options = { lane: 0, maxAheadMs: 1000, plan, compile: () => plan };
  const { state } = lane.state.merge(run(options, lane.state, [replay({ number: 4 })]));
  const stored = (key: string) => state[state.indexOf(key) + 1];
  const loaded = new LaneState();
  loaded.takeOwn([JSON.stringify(lane.state.deployment), undefined, stored("replayed")]);
  const again = run(options, loaded, [replay({ number: 4 })]);
  expect(again.points).toEqual([]);
  expect(again.effects).toMatchObject([{ type: "replayed", number: 4, failed: false }]);
  expect(LaneState.ownKeys).toContain("replayed");
});

test("what fails again is a dead letter that names the one it replays", () => {
  const lane = openLane();
  const { letters, replayed } = lane.take(deploy(1, "n"), replay({ payload: "{" }));
  expect(letters).toMatchObject([
    { reason: "invalid_json", replayOf: "0:7:0", device: "d", upload: "telemetry" },
  ]);
  expect(replayed).toMatchObject([{ failed: true, number: 1 }]);
});

test("a reading that was too far ahead passes once the time has come", () => {
  const lane = openLane();
  const payload = '{"ts":7000,"values":{"n":1}}';
  expect(lane.take(deploy(1, "n"), { ...upload({}), payload } as Entry).letters[0]?.reason).toBe(
    "timestamp_in_future",
  );
  expect(lane.take(replay({ payload })).points[0]).toMatchObject({ measurement: "all", n: 1 });
});

test("the time of a replayed reading without one of its own is that of its first arrival", () => {
  const lane = openLane();
  lane.take(deploy(1, "n"));
  const state = run(
    {
      lane: 0,
      maxAheadMs: 1000,
      plan: compilePlan(lane.state.deployment.flows),
      compile: () => compilePlan([]),
    },
    lane.state,
    [replay({})],
  );
  expect(state.points.map(({ ts }) => ts)).toEqual([5000, 5000]);
});

test("a replay for a node that is gone stays a dead letter of that node", () => {
  const lane = openLane();
  const { letters } = lane.take(deploy(1, "n"), replay({ node: { flow: "two-ways", id: "gone" } }));
  expect(letters).toMatchObject([
    { reason: "node_gone", flow: "two-ways", node: "gone", payload: '{"n":3}', replayOf: "0:7:0" },
  ]);
});

test("a replay that ended its thread is condemned once, and goes on from its node if it is replayed again", () => {
  const lane = openLane();
  lane.take(deploy(1, "n"));
  const plan = compilePlan(lane.state.deployment.flows);
  const condemned = { index: 0, reason: "evaluation_timeout", message: "too long" };
  const outcome = run({ lane: 0, maxAheadMs: 1000, plan, compile: () => plan, condemned }, lane.state, [
    replay({ node: { flow: "two-ways", id: "part" } }),
  ]);
  expect(outcome.effects).toMatchObject([
    { type: "dead-letter", reason: "evaluation_timeout", node: "part", replayOf: "0:7:0" },
    { type: "replayed", failed: true },
  ]);
  expect(outcome.points).toEqual([]);
});

test("a replay goes on in the chosen version, once, and the one that runs stays", () => {
  const lane = openLane();
  lane.take(deploy(2, "nowhere"), upload({ n: 1 }));
  const node = { flow: "two-ways", id: "part" };
  const chosen = { version: 1, definition: flow("n") };
  const once = lane.take(replay({ number: 1, node, chosen }), replay({ number: 1, node, chosen }));
  expect(once.points).toEqual([{ measurement: "part", n: 3 }]);
  expect(once.letters).toEqual([]);
  expect(lane.take(upload({ n: 5 })).letters).toMatchObject([{ node: "part", version: 2 }]);
});

test("a chosen version goes on with what the running one remembers, and the other way round", () => {
  const lane = openLane();
  lane.take(deploy(2, "nowhere"), upload({ n: 1 }));
  const node = { flow: "two-ways", id: "step" };
  const chosen = { version: 1, definition: flow("n") };
  expect(lane.take(replay({ node, chosen })).points).toEqual([
    { measurement: "all", n: 3, change: 2 },
    { measurement: "part", n: 3 },
  ]);
  expect(lane.take(upload({ n: 7 })).points).toEqual([{ measurement: "all", n: 7, change: 4 }]);
});

test("a node of another kind under the same id leaves alone what the running version remembers", () => {
  const lane = openLane();
  lane.take(deploy(2, "n"), upload({ n: 1 }));
  const other = flow("n");
  other.nodes[1] = { id: "step", kind: "change", config: { fields: [{ of: "n" }] } };
  other.edges = [];
  const node = { flow: "two-ways", id: "step" };
  expect(lane.take(replay({ node, chosen: { version: 1, definition: other } })).letters).toEqual([]);
  expect(lane.take(upload({ n: 7 })).points[0]).toEqual({ measurement: "all", n: 7, change: 6 });
});

test("a chosen version without the node, or that is gone, leaves a dead letter that says so", () => {
  const lane = openLane();
  lane.take(deploy(2, "n"));
  const lost = { ...flow("n"), nodes: flow("n").nodes.slice(0, 3), edges: flow("n").edges.slice(0, 2) };
  const node = { flow: "two-ways", id: "part" };
  const without = lane.take(replay({ number: 1, node, chosen: { version: 1, definition: lost } }));
  expect(without.letters).toMatchObject([{ reason: "version_unfit", version: 1, node: "part" }]);
  const gone = lane.take(replay({ number: 2, node, chosen: { version: 9 } }));
  expect(gone.letters[0]?.message).toMatch(/no version 9/);
});

test.each([
  [
    "settings do not fit",
    { id: "part", kind: "save", config: { measurement: 5 } },
    'Node "part": "measurement" must be text, not 5.',
  ],
  [
    "an expression is wrong",
    { id: "part", kind: "calculate", config: { calculate: [{ as: "x", expression: "n *" }] } },
    /Node "part": Calculation "x": The expression `n \*` is wrong .*\./,
  ],
  [
    "a kind is unknown",
    { id: "part", kind: "quantum", config: {} },
    'Node "part" is of the unknown kind "quantum".',
  ],
])("a chosen version that cannot run leaves a dead letter that says where and why: %s", (_, node, why) => {
  const lane = openLane();
  const broken = { ...flow("n"), nodes: [...flow("n").nodes.slice(0, 3), node] };
  const chosen = { version: 1, definition: broken };
  const { letters } = lane.take(deploy(2, "n"), replay({ node: { flow: "two-ways", id: "part" }, chosen }));
  expect(letters).toMatchObject([{ reason: "version_unfit", version: 1, node: "part" }]);
  const { message } = letters[0]!;
  expect(message).toMatch(why);
  expect(message).toMatch(
    /^Version 1 of flow "two-ways" cannot run: [^{}[\]]*\. Choose another version, or mend the flow/,
  );
});
