import { expect, test } from "vitest";
import { runCases } from "../../engine/flow/cases.ts";
import { refuseDeployment } from "../../engine/flow/check-handings.ts";
import { compilePlan } from "../../engine/flow/compile.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { Surroundings } from "../../engine/flow/surroundings.ts";
import { tryFlow } from "../../engine/flow/try.ts";
import { validateFlow } from "../../engine/flow/validate.ts";
import type { Flow, FlowNode } from "../../engine/model/flow.ts";

const flow = (id: string, nodes: FlowNode[], edges: Flow["edges"]): Flow => ({
  id,
  name: id,
  schema: 1,
  nodes,
  edges,
  layout: {},
});
const slow = { all: [{ fact: "speed", operator: "lessThan", value: 20 }] };
/** Hands what comes in to `to`, one after the other. */
const caller = (id: string, ...to: string[]) =>
  flow(
    id,
    [
      { id: "in", kind: "input", config: {} },
      ...to.map((other, i) => ({ id: `hand${i}`, kind: "flow", config: { flow: other } })),
    ],
    to.map((_, i) => ({ from: i === 0 ? "in" : `hand${i - 1}`, to: `hand${i}` })),
  );
const shared = (id: string, ...to: string[]): Flow => {
  const { nodes, edges } = caller(id, ...to);
  return flow(id, [{ ...nodes[0]!, config: { from: "flows" } }, ...nodes.slice(1)], edges);
};
const jam = flow(
  "jam",
  [
    { id: "in", kind: "input", config: { from: "flows", profiles: ["loop"] } },
    { id: "alarm", kind: "alert", config: { type: "Jam", severity: "major", raise: slow } },
    { id: "quiet", kind: "absence", config: { after: "1m" } },
    { id: "sign", kind: "command", config: { method: "stop", params: {} } },
  ],
  [
    { from: "in", to: "alarm" },
    { from: "in", to: "quiet" },
    { from: "alarm", output: "raised", to: "sign" },
    { from: "quiet", output: "silent", to: "sign" },
  ],
);
const among = (flows: Flow[], version: number | null = 4): Surroundings => ({
  flows: new Map(flows.map((definition) => [definition.id, { definition, version }])),
});
const device = { id: "d", name: "D", profile: "loop", attributes: {} };

test("what is handed over raises alarms and sends commands as the other flow's", () => {
  const { steps, effects, problems } = tryFlow(
    caller("road", "jam"),
    [{ device, at: 1000, values: { speed: 9 } }],
    among([jam]),
  );
  expect(problems).toEqual([]);
  expect(effects).toMatchObject([
    { type: "raise", flow: "jam", version: 4, node: "alarm", cause: { path: ["in", "alarm"] } },
    { type: "command", flow: "jam", version: 4, node: "sign", method: "stop" },
  ]);
  expect(effects[1]).toMatchObject({ alarmId: effects[0]!.type === "raise" ? effects[0]!.id : "" });
  expect(steps.map(({ flow, node }) => `${flow}/${node}`)).toEqual([
    "road/in",
    "road/hand0",
    "jam/in",
    "jam/alarm",
    "jam/sign",
    "jam/quiet",
  ]);
});

test("nodes of the other flow are woken by the clock, as they are elsewhere", () => {
  const inputs = [{ device, at: 1000, values: { speed: 90 } }, { tick: 70_000 }];
  const { effects } = tryFlow(caller("road", "jam"), inputs, among([jam]));
  expect(effects).toMatchObject([{ type: "command", flow: "jam", at: 70_000 }]);
});

test("a flow that takes only what is handed over does not see the device's own message", () => {
  const plan = compilePlan([
    { version: 1, definition: caller("road", "jam") },
    { version: 2, definition: jam },
  ]);
  const context = { ...device, revision: 1 };
  const upload = {
    type: "upload",
    device: "d",
    upload: "telemetry",
    arrivedAt: 1000,
    payload: '{"speed":9}',
    binary: false,
    id: "",
    checkId: false,
    context,
  } as const;
  const options = { lane: 0, maxAheadMs: 0, plan, compile: () => plan };
  const { effects } = run(options, new LaneState(), [upload]);
  expect(effects.map(({ type }) => type)).toEqual(["raise", "command"]);
  const alone = { ...options, plan: compilePlan([{ version: 1, definition: caller("road", "jam") }]) };
  expect(run(alone, new LaneState(), [upload]).effects).toMatchObject([
    {
      type: "dead-letter",
      reason: "node_failed",
      node: "hand0",
      message: expect.stringContaining('"jam" does not run'),
    },
  ]);
});

test("the other flow's input still asks for its profiles", () => {
  const inputs = [{ device: { ...device, profile: "other" }, at: 1000, values: { speed: 9 } }];
  expect(tryFlow(caller("road", "jam"), inputs, among([jam])).effects).toEqual([]);
});

test("cases count what comes of the flows handed to, deployed or not", () => {
  const [result] = runCases(
    caller("road", "jam"),
    [
      {
        title: "jam",
        given: [{ device: { name: "d", profile: "loop" }, at: "2026-01-01T00:00:00Z", values: { speed: 9 } }],
        expect: { alarms: [{ type: "Jam", status: "active" }], deadLetters: [] },
      },
    ],
    among([jam], null),
  );
  expect(result).toMatchObject({ failures: [] });
});

test.each<[string, Flow, Surroundings, { code: string; node: string; path: string; message: RegExp }]>([
  [
    "a flow that hands to itself",
    caller("a", "a"),
    {},
    { code: "flow_cycle", node: "hand0", path: "flow", message: /in a circle: a -> a\. / },
  ],
  [
    "a circle over three flows",
    caller("a", "b"),
    among([shared("b", "c"), shared("c", "a")]),
    { code: "flow_cycle", node: "hand0", path: "flow", message: /in a circle: a -> b -> c -> a\. / },
  ],
  [
    "a circle by the second of two nodes",
    caller("a", "d", "b"),
    among([shared("d"), shared("b", "a")]),
    { code: "flow_cycle", node: "hand1", path: "flow", message: /in a circle: a -> b -> a\. / },
  ],
  [
    "a flow that is not there",
    caller("a", "jan"),
    among([jam]),
    { code: "unknown_flow", node: "hand0", path: "flow", message: /no flow "jan"\. Did you mean "jam"\? / },
  ],
  [
    "a flow that takes only devices' messages",
    caller("a", "b"),
    among([caller("b")]),
    { code: "flow_takes_none", node: "hand0", path: "flow", message: /set "messages from" of its input/ },
  ],
  [
    "a flow that does not run",
    caller("a", "jam"),
    among([jam], null),
    {
      code: "flow_not_deployed",
      node: "hand0",
      path: "flow",
      message: /"jam" does not run.* deploy it first\.$/,
    },
  ],
])("%s is a problem that says how to mend it", (_, flow, around, { message, ...problem }) => {
  const { problems } = validateFlow(flow, around);
  expect(problems).toMatchObject([problem]);
  expect(problems[0]!.message).toMatch(message);
});

test("flows that others call twice each, over and over, are refused before they could never end", () => {
  const twice = (id: string, to: string) => shared(id, to, to);
  const chain = Array.from({ length: 20 }, (_, i) => twice(`f${i}`, `f${i + 1}`));
  const { problems } = validateFlow(caller("a", "f0"), among([...chain, shared("f20")]));
  expect(problems).toMatchObject([{ code: "too_many_ways", node: "hand0" }]);
  expect(
    validateFlow(caller("a", "f0"), among([...chain.slice(15), shared("f20"), shared("f0")])).problems,
  ).toEqual([]);
});

test("where nothing is known of other flows, nothing is said of them", () => {
  expect(validateFlow(caller("a", "nowhere")).problems).toEqual([]);
});

test("deployments that would hand to nobody, or in a circle, are refused with the flows named", () => {
  const live = (...definitions: Flow[]) => definitions.map((definition) => ({ version: 1, definition }));
  expect(refuseDeployment(live(caller("a", "jam"), jam), "a")).toBeUndefined();
  expect(refuseDeployment(live(caller("a", "jam")), "a")).toMatchObject({ code: "flow_not_deployed" });
  expect(refuseDeployment(live(caller("a", "jam")), "jam")).toMatchObject({
    code: "flow_in_use",
    message: expect.stringContaining('switch "a" off first'),
  });
  expect(refuseDeployment(live(caller("a", "jam"), caller("jam")), "jam")).toMatchObject({
    code: "flow_in_use",
    message: expect.stringContaining("would take none any more"),
  });
  expect(refuseDeployment(live(shared("a", "b"), shared("b", "a")), "b")).toMatchObject({
    code: "flow_cycle",
    message: expect.stringContaining("b -> a -> b"),
  });
});

const limiting = flow(
  "limiting",
  [
    { id: "in", kind: "input", config: { from: "flows" } },
    { id: "sign", kind: "command", config: { method: "stop", params: {} } },
  ],
  [{ from: "in", to: "sign" }],
);
/** Groups by road before it hands over. */
const byRoad = (to: string) =>
  flow(
    "roads",
    [
      { id: "in", kind: "input", config: {} },
      { id: "few", kind: "throttle", config: { limit: 1, per: "1m", by: "road" } },
      { id: "hand", kind: "flow", config: { flow: to } },
    ],
    [
      { from: "in", to: "few" },
      { from: "few", output: "pass", to: "hand" },
    ],
  );

test("what was grouped by road is not handed to a flow that sends commands, directly or by way of others", () => {
  for (const others of [[limiting], [shared("limiting", "last"), { ...limiting, id: "last" }]])
    expect(validateFlow(byRoad("limiting"), among(others)).problems).toMatchObject([
      { code: "needs_device", node: "hand", path: "flow", message: expect.stringContaining("a road") },
    ]);
  expect(validateFlow(byRoad("jam2"), among([shared("jam2")])).problems).toEqual([]);
  const live = [byRoad("limiting"), limiting].map((definition) => ({ version: 1, definition }));
  expect(refuseDeployment(live, "limiting")).toMatchObject({ code: "needs_device", node: "hand" });
});

test("a flow that is handed messages groups them by road, and goes on for the road", () => {
  const grouping = flow(
    "grouping",
    [
      { id: "in", kind: "input", config: { from: "flows" } },
      { id: "alarm", kind: "alert", config: { type: "Jam", severity: "major", raise: slow, by: "road" } },
    ],
    [{ from: "in", to: "alarm" }],
  );
  const inputs = ["a", "b"].map((id, i) => ({
    device: { id, attributes: { road: "A1" } },
    at: 1000 + i,
    values: { speed: 9 },
  }));
  const { effects } = tryFlow(caller("a", "grouping"), inputs, among([grouping]));
  expect(effects).toMatchObject([{ type: "raise", flow: "grouping", device: "road A1" }]);
});

test("how a command of a flow handed to ended can be given in a case, and counts as a result", () => {
  const at = "2026-01-01T00:00:00Z";
  const [result] = runCases(
    caller("road", "limiting"),
    [
      {
        title: "stop",
        given: [
          { device: { name: "d" }, at, values: { speed: 9 } },
          { command: 1, at: "2026-01-01T00:00:01Z", state: "succeeded" },
        ],
        expect: {
          commands: [{ method: "stop" }],
          results: [{ node: "sign", output: "succeeded" }],
          deadLetters: [],
        },
      },
    ],
    among([limiting]),
  );
  expect(result).toMatchObject({ failures: [], path: ["in", "hand0"] });
});

test("a message that cannot be handed over does not go on either, as its replay begins at that node", () => {
  const { nodes, edges } = caller("a", "gone");
  const plan = compilePlan([
    {
      version: 1,
      definition: flow(
        "a",
        [...nodes, { id: "save", kind: "save", config: { measurement: "m" } }],
        [...edges, { from: "hand0", to: "save" }],
      ),
    },
  ]);
  const context = { ...device, revision: 1 };
  const options = { lane: 0, maxAheadMs: 0, plan, compile: () => plan };
  const { effects, points } = run(options, new LaneState(), [
    {
      type: "upload",
      device: "d",
      upload: "telemetry",
      arrivedAt: 1000,
      payload: '{"speed":9}',
      binary: false,
      id: "",
      checkId: false,
      context,
    },
  ]);
  expect(effects).toMatchObject([{ type: "dead-letter", node: "hand0" }]);
  expect(points).toEqual([]);
});
