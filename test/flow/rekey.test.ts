import { describe, expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry, UploadEntry } from "../../engine/flow/entry.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import { tryFlow } from "../../engine/flow/try.ts";
import { validateFlow } from "../../engine/flow/validate.ts";
import type { ForwardEffect } from "../../engine/model/effect.ts";
import type { Deployment, Flow } from "../../engine/model/flow.ts";
import type { Values } from "../../engine/model/value.ts";
import { deviceOfKey } from "../../engine/nodes/by.ts";

const startMs = Date.parse("2026-11-20T08:00:00Z");
const minuteMs = 60_000;
const dayMs = 86_400_000;

const window = { size: "1m" };
const jam = {
  type: "Jam",
  severity: "major",
  raise: { all: [{ fact: "avgSpeed", operator: "lessThan", value: 20 }] },
};

/** A road's mean speed over a minute, and an alarm for it. */
function roads(by = "road", kind = "aggregate"): Flow {
  const config = { by, window, values: [{ of: "speed", fn: "avg", as: "avgSpeed" }] };
  return {
    id: "roads",
    name: "Roads",
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: {} },
      { id: "avg", kind, config: kind === "aggregate" ? config : { fields: ["speed"], within: "1s" } },
      { id: "jam", kind: "alert", config: jam },
    ],
    edges: [
      { from: "in", output: "out", to: "avg" },
      { from: "avg", output: kind === "aggregate" ? "window" : "pass", to: "jam" },
    ],
    layout: {},
  };
}

const deployed = (definition: Flow, version = 1): Deployment => ({
  revision: version,
  flows: [{ version, definition }],
});
const deploy = (definition: Flow, version = 1): Entry => ({
  type: "deploy",
  deployment: deployed(definition, version),
});
const off: Entry = { type: "deploy", deployment: { revision: 9, flows: [] } };

function reading(second: number, values: Values, device = "d1", road: string | null = "A1"): UploadEntry {
  const at = startMs + second * 1000;
  return {
    type: "upload",
    device,
    upload: "telemetry",
    arrivedAt: at,
    payload: JSON.stringify({ ts: at, values }),
    binary: false,
    id: "",
    checkId: false,
    context: {
      id: device,
      name: device,
      profile: "p",
      attributes: road === null ? {} : { road },
      revision: 1,
    },
  };
}

/** One lane of an installation, whose state goes through what is stored. */
class OneLane {
  readonly stored = new Map<string, string>();
  readonly wakes = new Map<string, number>();
  #state = new LaneState();
  readonly #lane: number;

  constructor(lane: number) {
    this.#lane = lane;
  }

  run(entries: Entry[], condemned?: { index: number; reason: string; message: string }) {
    const state = this.reopened();
    this.#state = state;
    for (const device of state.missing(entries))
      state.take(
        device,
        LaneState.keysOf(device).map((key) => this.stored.get(key)),
      );
    const compile = (deployment: Deployment) => compilePlan(deployment.flows, deployment);
    const options = {
      lane: this.#lane,
      maxAheadMs: 3 * dayMs,
      plan: compile(state.deployment),
      compile,
      condemned,
    };
    const outcome = run(options, state, entries);
    const changes = state.merge(outcome);
    for (let i = 0; i < changes.state.length; i += 2)
      if (changes.state[i + 1] === "") this.stored.delete(changes.state[i]!);
      else this.stored.set(changes.state[i]!, changes.state[i + 1]!);
    for (let i = 0; i < changes.wakes.length; i += 2)
      if (changes.wakes[i + 1] === "") this.wakes.delete(changes.wakes[i]!);
      else this.wakes.set(changes.wakes[i]!, Number(changes.wakes[i + 1]!));
    return outcome;
  }

  forwards(entries: Entry[]): ForwardEffect[] {
    return this.run(entries).effects.filter((effect) => effect.type === "forward");
  }

  /** As another owner finds it. */
  reopened(): LaneState {
    const state = new LaneState();
    state.sequence = this.#state.sequence;
    state.takeOwn(LaneState.ownKeys.map((key) => this.stored.get(key)));
    for (const [device, at] of this.wakes) state.wakes.set(device, at);
    return state;
  }
}

const lanes = () => [new OneLane(1), new OneLane(2)] as const;

describe("a message that a node groups by road", () => {
  test("leaves as a forward that says where it goes on, and for which key", () => {
    const [sender] = lanes();
    const [forward, ...more] = sender.forwards([deploy(roads()), reading(1, { speed: 15 })]);
    expect(more).toEqual([]);
    expect(forward).toEqual({
      type: "forward",
      id: "1:2:0",
      device: "road A1",
      at: startMs + 1000,
      flow: "roads",
      version: 1,
      node: "avg",
      key: { id: "road A1", name: "road A1", profile: "", attributes: { road: "A1" }, revision: 0 },
      sender: "d1",
      message: {
        id: "1:2",
        type: "telemetry",
        arrivedAt: startMs + 1000,
        values: { speed: 15, road: "A1" },
      },
      path: ["in"],
      revision: 1,
    });
  });

  test("takes part in the road's window in the other lane, whose result raises the road's alarm", () => {
    const [sender, receiver] = lanes();
    const forwards = sender.forwards([
      deploy(roads()),
      reading(1, { speed: 10 }, "d1"),
      reading(2, { speed: 20 }, "d2"),
    ]);
    receiver.run([deploy(roads())]);
    expect(receiver.run(forwards).effects).toEqual([]);
    const [raised] = receiver.run([{ type: "tick", at: startMs + minuteMs + 5000 }]).effects;
    expect(raised).toMatchObject({
      type: "raise",
      device: "road A1",
      deviceName: "road A1",
      alarm: "Jam",
      details: { road: "A1", avgSpeed: 15, windowCount: 2 },
      cause: { path: ["avg", "jam"], version: 1 },
    });
  });

  test("counts once, however often it is forwarded", () => {
    const [sender, receiver] = lanes();
    const forwards = sender.forwards([deploy(roads()), reading(1, { speed: 10 }), reading(2, { speed: 12 })]);
    receiver.run([deploy(roads()), forwards[0]!]);
    const outcome = receiver.run([...forwards, ...forwards, forwards[0]!]);
    expect(outcome.repeated).toBe(4);
    const [raised] = receiver.run([{ type: "tick", at: startMs + minuteMs + 5000 }]).effects;
    expect(raised).toMatchObject({ details: { avgSpeed: 11, windowCount: 2 } });
  });

  test("becomes a dead letter with the reading as it was sent, where it has no road", () => {
    const [sender] = lanes();
    const outcome = sender.run([deploy(roads()), reading(1, { speed: 15 }, "d1", null)]);
    expect(outcome.effects).toMatchObject([
      { type: "dead-letter", reason: "node_failed", device: "d1", node: "avg" },
    ]);
    expect(outcome.effects[0]).toHaveProperty(
      "message",
      'Node "avg" failed: "road" is missing; to group by it, the message or its device needs a text, a number or true/false there.',
    );
  });

  test("becomes a dead letter of its device, where it ended the thread of the other lane, and is not taken again", () => {
    const [sender, receiver] = lanes();
    const [forward] = sender.forwards([deploy(roads()), reading(1, { speed: 15 })]);
    receiver.run([deploy(roads())]);
    const condemned = { index: 0, reason: "evaluation_timeout", message: "It took too long." };
    const [letter] = receiver.run([forward!], condemned).effects;
    expect(letter).toMatchObject({ type: "dead-letter", device: "d1", reason: "evaluation_timeout" });
    const sent = JSON.parse(Buffer.from((letter as { raw: string }).raw, "base64").toString());
    expect(sent).toEqual({ ts: startMs + 1000, values: { speed: 15, road: "A1" } });
    expect(receiver.run([forward!])).toMatchObject({ repeated: 1, effects: [] });
  });

  test.each([
    ["a field goes before an attribute", { speed: 1, road: "B2" }, "road B2"],
    ["null is no road, so the attribute counts", { speed: 1, road: null }, "road A1"],
    ["a number is one", { speed: 1, road: 7 }, "road 7"],
    ["true is one", { speed: 1, road: true }, "road true"],
  ])("%s", (_, values, key) => {
    const [sender] = lanes();
    expect(sender.forwards([deploy(roads()), reading(1, values)]).map(({ device }) => device)).toEqual([key]);
  });

  test.each([
    ["a list", ["A1"]],
    ["an empty text", ""],
    ["a text with a line break", "A\n1"],
    ["half a character", "\ud800"],
    ["a text of 124 characters", "A".repeat(124)],
  ])("%s is no road", (_, road) => {
    const [sender] = lanes();
    const { effects } = sender.run([deploy(roads()), reading(1, { speed: 1, road })]);
    expect(effects).toMatchObject([{ type: "dead-letter", reason: "node_failed" }]);
  });
});

test("an infinite number is null to the key's lane, in a trial as in an installation", () => {
  const [sender] = lanes();
  const [forward] = sender.forwards([deploy(roads()), { ...reading(1, {}), payload: '{"speed":1e999}' }]);
  expect(forward!.message.values).toEqual({ speed: null, road: "A1" });
});

describe("a deployment between forward and arrival", () => {
  const sent = () => {
    const [sender, receiver] = lanes();
    const [forward] = sender.forwards([deploy(roads()), reading(1, { speed: 10 })]);
    receiver.run([deploy(roads())]);
    return { receiver, forward: forward! };
  };
  const result = (receiver: OneLane) => receiver.run([{ type: "tick", at: startMs + 2 * minuteMs }]).effects;

  test("of another version that keeps the node: that one evaluates it, and windows go on", () => {
    const { receiver, forward } = sent();
    receiver.run([forward, deploy(roads(), 2), { ...forward, id: "1:9:0" }]);
    expect(result(receiver)).toMatchObject([{ type: "raise", version: 2, details: { windowCount: 2 } }]);
  });

  test("that switches the flow off: it ends", () => {
    const { receiver, forward } = sent();
    expect(receiver.run([off, forward]).effects).toEqual([]);
    expect(result(receiver)).toEqual([]);
  });

  test.each([
    ["whose node of that id is of another kind", roads("device", "deduplicate")],
    ["whose node goes by device", roads("device")],
    ["without the node", { ...roads(), nodes: roads().nodes.slice(0, 1), edges: [] }],
  ])("of a version %s: it becomes a dead letter of its device", (_, flow) => {
    const { receiver, forward } = sent();
    const { effects } = receiver.run([deploy(flow, 2), forward]);
    expect(effects).toMatchObject([
      {
        type: "dead-letter",
        reason: "forward_stale",
        device: "d1",
        flow: "roads",
        version: 2,
        node: "avg",
        message: expect.stringMatching(/^Under version 1 .* node "avg".* Version 2 does not have it/),
      },
    ]);
    expect(result(receiver)).toEqual([]);
  });

  test("of a version that groups by something else: it is forwarded once more", () => {
    const { receiver, forward } = sent();
    const city = { ...forward, message: { ...forward.message, values: { speed: 10, city: "Bonn" } } };
    const { effects } = receiver.run([deploy(roads("city"), 2), city]);
    expect(effects).toMatchObject([{ type: "forward", device: "city Bonn", sender: "d1", version: 2 }]);
  });
});

describe("a replay in a chosen version, on its way to the lane of a key", () => {
  const looking = roads();
  const lookup = [{ table: "limits", by: "road", column: "limit" }];
  looking.nodes.push({ id: "limit", kind: "enrich", config: { lookup } });
  const replay = (definition: Flow): Entry => ({
    type: "replay",
    number: 1,
    letter: "1:0:0",
    device: "d1",
    at: startMs,
    arrivedAt: startMs,
    upload: "telemetry",
    payload: JSON.stringify({ ts: startMs, values: { speed: 10 } }),
    node: { flow: "roads", id: "avg" },
    chosen: { version: 3, definition },
    context: { id: "d1", name: "d1", profile: "p", attributes: { road: "A1" }, revision: 1 },
  });
  const columns = [
    { name: "road", type: "text" as const },
    { name: "limit", type: "number" as const },
  ];
  const tables = { limits: { key: "road", columns, rows: [] } };
  const withTable: Entry = { type: "deploy", deployment: { ...deployed(roads()), tables } };

  test("goes on there in that version, and what fails there names the letter that was replayed", () => {
    const [sender, receiver] = lanes();
    const [forward] = sender.forwards([deploy(roads()), replay(roads())]);
    expect(forward).toMatchObject({ version: 3, brought: roads(), replayOf: "1:0:0" });
    const condemned = { index: 1, reason: "evaluation_timeout", message: "It took too long." };
    const { effects } = receiver.run([deploy(roads()), forward!], condemned);
    expect(effects).toMatchObject([{ type: "dead-letter", device: "d1", replayOf: "1:0:0" }]);
  });

  test.each([
    ["the flow runs", roads()],
    ["the flow was switched off meanwhile", undefined],
  ])("is a dead letter that says why, where that version cannot run any more: %s", (_, running) => {
    const [sender, receiver] = lanes();
    const [forward] = sender.forwards([withTable, replay(looking)]);
    const { effects } = receiver.run([running ? deploy(running) : off, forward!]);
    expect(effects).toMatchObject([
      {
        type: "dead-letter",
        reason: "forward_stale",
        device: "d1",
        flow: "roads",
        version: 3,
        node: "avg",
        message: expect.stringMatching(
          /looks something up in the table "limits", which no flow that runs uses/,
        ),
        replayOf: "1:0:0",
      },
    ]);
  });
});

describe("what is kept of a key", () => {
  test("is read back by the next owner, and its ticks go on", () => {
    const [sender, receiver] = lanes();
    const forwards = sender.forwards([deploy(roads()), reading(1, { speed: 10 })]);
    receiver.run([deploy(roads()), ...forwards]);
    const state = receiver.reopened();
    expect(state.wakes.due(startMs + minuteMs + 5000)).toEqual(["road A1"]);
    expect([...state.received]).toEqual([[1, [2, 0]]]);
  });

  test("is forgotten after 40 days without a message, and a message before that keeps it", () => {
    const [sender, receiver] = lanes();
    const forwards = sender.forwards([
      deploy(roads()),
      reading(1, { speed: 50 }),
      reading(10 * 86_400, { speed: 50 }),
    ]);
    receiver.run([deploy(roads()), ...forwards]);
    receiver.run([{ type: "tick", at: startMs + 45 * dayMs }]);
    expect(receiver.stored.has("k:road A1")).toBe(true);
    receiver.run([{ type: "tick", at: startMs + 52 * dayMs }]);
    expect([...receiver.stored.keys()].filter((key) => key.includes("road A1"))).toEqual([]);
    expect(receiver.wakes.size).toBe(0);
  });

  test("is nothing, where the node remembers nothing", () => {
    const [sender, receiver] = lanes();
    const flow: Flow = {
      ...roads(),
      nodes: [roads().nodes[0]!, { id: "avg", kind: "alert", config: { ...jam, by: "road" } as never }],
      edges: [{ from: "in", output: "out", to: "avg" }],
    };
    const forwards = sender.forwards([deploy(flow), reading(1, { avgSpeed: 50 })]);
    receiver.run([deploy(flow), ...forwards]);
    expect([...receiver.stored.keys()]).toEqual(["flows", "received"]);
    expect(receiver.wakes.size).toBe(0);
  });
});

test("an operator who clears a road's alarm lets it be raised again", () => {
  const [sender, receiver] = lanes();
  const flow: Flow = {
    ...roads(),
    nodes: [roads().nodes[0]!, { id: "jam", kind: "alert", config: { ...jam, by: "road" } as never }],
    edges: [{ from: "in", output: "out", to: "jam" }],
  };
  const [first, second] = sender.forwards([
    deploy(flow),
    reading(1, { avgSpeed: 10 }),
    reading(2, { avgSpeed: 12 }, "d2"),
  ]);
  const cleared: Entry = {
    type: "alarm-cleared",
    device: "road A1",
    flow: "roads",
    node: "jam",
    alarm: "Jam",
  };
  const { effects } = receiver.run([deploy(flow), first!, cleared, second!]);
  expect(effects).toMatchObject([
    { type: "raise", device: "road A1", details: { avgSpeed: 10 } },
    { type: "raise", device: "road A1", details: { avgSpeed: 12 } },
  ]);
});

test("a node that groups as one before it did goes on in the same lane at once", () => {
  const [sender, receiver] = lanes();
  const flow = roads();
  flow.nodes[2] = { id: "jam", kind: "alert", config: { ...jam, by: "road" } as never };
  const forwards = sender.forwards([deploy(flow), reading(1, { speed: 10 })]);
  receiver.run([deploy(flow), ...forwards]);
  const { effects } = receiver.run([{ type: "tick", at: startMs + minuteMs + 5000 }]);
  expect(effects).toMatchObject([{ type: "raise", device: "road A1" }]);
});

test("a trial goes on for the keys at once, and shows no forwards", () => {
  const inputs = [1, 2, 70].map((second) => ({
    device: { id: `d${second}`, attributes: { road: "A1" } },
    at: startMs + second * 1000,
    values: { speed: 10 },
  }));
  const { effects, steps, problems } = tryFlow(roads(), inputs);
  expect(problems).toEqual([]);
  expect(effects).toMatchObject([{ type: "raise", device: "road A1", details: { windowCount: 2 } }]);
  expect(steps.map(({ node }) => node)).toEqual(["in", "avg", "in", "avg", "in", "avg", "jam"]);
});

test("a command behind a node that groups by road is a problem, and before it none", () => {
  const flow = roads();
  const command = { id: "sign", kind: "command", config: { method: "setLimit" } };
  flow.nodes.push(command);
  const behind = { ...flow, edges: [...flow.edges, { from: "jam", output: "raised", to: "sign" }] };
  expect(validateFlow(behind).problems).toEqual([
    {
      code: "needs_device",
      node: "sign",
      message:
        'Node "sign" needs the device that sent a message, and behind "avg" messages come from a road, which is none. Choose other recipients, such as the devices with the same road; or connect it to a node before "avg", or group that one by device.',
    },
  ]);
  const before = { ...flow, edges: [...flow.edges, { from: "in", output: "out", to: "sign" }] };
  expect(validateFlow(before).problems).toEqual([]);
});

test.each<[recipients: string, config: Values, isFine: boolean]>([
  ["with the same road", { to: { who: "related", attribute: "road" } }, true],
  ["that the road names", { to: { who: "named", attribute: "road" } }, true],
  ["of a profile", { to: { who: "selection", profile: "sign" } }, true],
  ["with the same zone", { to: { who: "related", attribute: "zone" } }, false],
  [
    "whose readings confirm it",
    {
      to: { who: "related", attribute: "road" },
      confirm: { within: "1m", when: { all: [{ fact: "v", operator: "equal", value: 1 }] } },
    },
    false,
  ],
])("behind a node that groups by road a command may go to devices %s: %j", (_, config, isFine) => {
  const flow = roads();
  flow.nodes.push({ id: "sign", kind: "command", config: { method: "setLimit", ...config } });
  flow.edges.push({ from: "jam", output: "raised", to: "sign" });
  const codes = validateFlow(flow).problems.map(({ code }) => code);
  expect(codes).toEqual(isFine ? [] : ["needs_device"]);
});

test("behind two nodes that group, what counts for a command is the nearer one", () => {
  const flow = roads();
  flow.nodes.push(
    { id: "site", kind: "deduplicate", config: { within: "1m", by: "site" } },
    { id: "sign", kind: "command", config: { method: "m", to: { who: "related", attribute: "site" } } },
  );
  flow.edges.push(
    { from: "jam", output: "raised", to: "site" },
    { from: "site", output: "pass", to: "sign" },
  );
  expect(validateFlow(flow).problems).toEqual([]);
});

test("an alarm of a road comes to inputs that ask, from the road, once; a command to its device fails", () => {
  const seen: Flow = {
    id: "seen",
    name: "Seen",
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: { types: ["alarm-change"] } },
      { id: "keep", kind: "save", config: { measurement: "alarms" } },
      { id: "sign", kind: "command", config: { method: "setLimit" } },
    ],
    edges: [
      { from: "in", to: "keep" },
      { from: "in", to: "sign" },
    ],
    layout: {},
  };
  const [, receiver] = lanes();
  receiver.run([deploy(seen)]);
  const change = (number: number): Entry => ({
    type: "event",
    event: "alarm-change",
    device: "road A1",
    context: deviceOfKey("road A1"),
    at: startMs,
    number,
    values: { change: "raised", alarm: "Jam" },
  });
  const { points, effects } = receiver.run([change(7)]);
  expect(points).toMatchObject([{ tags: { device: "road A1" }, fields: { change: "raised" } }]);
  expect(effects).toMatchObject([{ type: "command", refused: expect.stringContaining("no device") }]);
  expect(receiver.run([change(7), change(6)])).toMatchObject({ points: [], repeated: 2 });
  // Forty days on it is forgotten, so that keys do not pile up.
  receiver.run([{ type: "tick", at: startMs + 42 * 86_400_000 }]);
  expect(receiver.run([change(7)]).points).toHaveLength(1);
});

test.each([
  ["with a space", "main road"],
  ["of too many characters", "r".repeat(65)],
  ["that every object has", "toString"],
])("a field %s cannot be grouped by", (_, by) => {
  expect(validateFlow(roads(by)).problems).toMatchObject([
    { code: "invalid_config", node: "avg", path: "by" },
  ]);
});
