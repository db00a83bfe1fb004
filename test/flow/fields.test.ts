import { describe, expect, test } from "vitest";
import { inferFields } from "../../engine/flow/fields.ts";
import { validateFlow } from "../../engine/flow/validate.ts";
import type { Flow, FlowNode } from "../../engine/model/flow.ts";
import type { Payload } from "../../engine/model/payload.ts";
import { type Profile, profileSchema } from "../../engine/model/profile.ts";

const profile = (name: string, payload?: Partial<Payload>): Profile =>
  profileSchema.parse({ name, ...(payload && { payload: { fields: [], ...payload } }) });
const fields: Payload["fields"] = [
  { name: "speed", type: "number", unit: "km/h", minimum: 0, maximum: 250 },
  { name: "lane", type: "text" },
  { name: "wet", type: "boolean" },
  { name: "axles", type: "list" },
];
const closed = profile("loop", { fields, open: false });
const open = profile("loop", { fields, open: true });

/** One node behind an input of the profile, or several in a row. */
function chain(...nodes: (Omit<FlowNode, "id"> & { output?: string })[]): Flow {
  const all = nodes.map(({ output, ...node }, i) => ({ node: { id: `n${i}`, ...node }, output }));
  return {
    id: "f",
    name: "F",
    schema: 1,
    nodes: [{ id: "in", kind: "input", config: { profiles: ["loop"] } }, ...all.map(({ node }) => node)],
    edges: all.map(({ node }, i) =>
      i === 0
        ? { from: "in", to: node.id }
        : { from: all[i - 1]!.node.id, output: all[i - 1]!.output, to: node.id },
    ),
    layout: {},
  };
}
const filter = (fact: string, operator: string, value: unknown) => ({
  kind: "filter",
  config: { when: { all: [{ fact, operator, value }] } } as FlowNode["config"],
  output: "pass",
});
const problemsOf = (flow: Flow, ...profiles: Profile[]) => validateFlow(flow, { profiles }).problems;

test("a field that no message has is an error where the payload is closed, a warning where it is open", () => {
  const flow = chain(filter("sped", "lessThan", 20));
  expect(problemsOf(flow, closed)).toEqual([
    {
      code: "unknown_field",
      node: "n0",
      path: "when.all[0].fact",
      message:
        'Node "n0": "when.all[0].fact": No message has a field "sped" here. Did you mean "speed"? Fields here: speed, lane, wet, axles.',
    },
  ]);
  expect(problemsOf(flow, open)).toMatchObject([
    {
      code: "unknown_field",
      level: "warning",
      message: expect.stringContaining('list no field "sped". Did you mean'),
    },
  ]);
});

test("a field that a named condition reads twice is told of once, where the name stands", () => {
  const impossible = ["lessThan", "greaterThan"].map((operator) => ({ fact: "sped", operator, value: 0 }));
  const flow = {
    ...chain({ kind: "filter", config: { when: { condition: "impossible" } } }),
    conditions: { impossible: { any: impossible } },
  };
  expect(problemsOf(flow, closed)).toMatchObject([
    {
      code: "unknown_field",
      path: "when.condition",
      message: expect.stringContaining('In the condition "impossible": No message has a field "sped"'),
    },
  ]);
});

test("without a payload, and for messages that are not telemetry, nothing is claimed", () => {
  const flow = chain(filter("sped", "lessThan", 20));
  expect(problemsOf(flow, profile("loop"))).toEqual([]);
  expect(validateFlow(flow).problems).toEqual([]);
  const [input, ...rest] = flow.nodes;
  const others: FlowNode["config"][] = [{ types: ["attributes"] }, { from: "flows" }, { from: "both" }];
  for (const config of others)
    expect(
      problemsOf(
        { ...flow, nodes: [{ ...input!, config: { profiles: ["loop"], ...config } }, ...rest] },
        closed,
      ),
    ).toEqual([]);
});

test("an input of several profiles claims what all of them let it claim", () => {
  const flow = chain(filter("gate", "equal", "open"));
  const both = {
    ...flow,
    nodes: [{ id: "in", kind: "input", config: { profiles: ["loop", "gate"] } }, ...flow.nodes.slice(1)],
  };
  const gate = (payload?: Partial<Payload>) => profile("gate", payload);
  expect(problemsOf(both, closed, gate({ fields: [{ name: "gate", type: "text" }], open: false }))).toEqual(
    [],
  );
  expect(problemsOf(both, closed, gate({ fields: [], open: false }))).toMatchObject([
    { code: "unknown_field" },
  ]);
  expect(problemsOf(both, closed, gate({ fields: [], open: true }))).toMatchObject([{ level: "warning" }]);
  expect(problemsOf(both, closed, gate())).toEqual([]);
  expect(problemsOf(both, closed)).toEqual([]);
});

describe.each<[string, Flow, { code: string; path: string; message: RegExp } | undefined]>([
  [
    "a number below a text",
    chain(filter("lane", "lessThan", 3)),
    {
      code: "mistyped_field",
      path: "when.all[0].operator",
      message: /"lane" is text here, and "lessThan" compares numbers/,
    },
  ],
  [
    "a number equal to a text",
    chain(filter("speed", "equal", "fast")),
    {
      code: "mistyped_field",
      path: "when.all[0].value",
      message: /"speed" is a number here, and is compared with text; give a number\./,
    },
  ],
  [
    "a text in a list of numbers",
    chain(filter("lane", "in", [1, 2])),
    { code: "mistyped_field", path: "when.all[0].value", message: /compared with a number/ },
  ],
  ["a list that contains", chain(filter("axles", "contains", 2)), undefined],
  [
    "a text that contains",
    chain(filter("lane", "contains", "A")),
    { code: "mistyped_field", path: "when.all[0].operator", message: /looks into lists/ },
  ],
  [
    "a number beside a text field",
    chain(filter("speed", "equal", { fact: "lane" })),
    { code: "mistyped_field", path: "when.all[0].value", message: /"lane" is text; compare like with like/ },
  ],
  [
    "a field compared with one that is not there",
    chain(filter("speed", "lessThan", { fact: "limt" })),
    { code: "unknown_field", path: "when.all[0].value.fact", message: /"limt"/ },
  ],
  [
    "a part of a field",
    chain({
      kind: "filter",
      config: { when: { any: [{ fact: "axles", path: "$[0]", operator: "lessThan", value: 3 }] } },
    }),
    undefined,
  ],
  ["a null", chain(filter("speed", "equal", null)), undefined],
  ["the same", chain(filter("wet", "equal", true)), undefined],
])("a condition: %s", (_, flow, problem) => {
  test(problem ? "is a problem at its place" : "is sound", () => {
    const problems = problemsOf(flow, closed);
    if (!problem) return expect(problems).toEqual([]);
    expect(problems).toMatchObject([{ ...problem, message: expect.stringMatching(problem.message) }]);
  });
});

describe.each<[string, Flow, { code: string; path: string; message: RegExp }[]]>([
  [
    "a wrong name in an expression",
    chain({ kind: "calculate", config: { calculate: [{ as: "ms", expression: "sped / 3.6" }] } }),
    [
      {
        code: "unknown_field",
        path: "calculate[0].expression",
        message: /field "sped".*Did you mean "speed"/,
      },
    ],
  ],
  [
    "a text in a sum",
    chain({ kind: "calculate", config: { calculate: [{ as: "ms", expression: "speed + lane" }] } }),
    [{ code: "mistyped_field", path: "calculate[0].expression", message: /number \+ text/ }],
  ],
  [
    "an expression over what was written before it",
    chain({
      kind: "calculate",
      config: {
        convert: [{ of: "speed", from: "km/h", to: "m/s", as: "ms" }],
        calculate: [
          { as: "x", expression: "ms * 2 + ts" },
          { as: "y", expression: "x + device.attributes.z" },
        ],
      },
    }),
    [],
  ],
  [
    "another unit than the profile says",
    chain({ kind: "calculate", config: { convert: [{ of: "speed", from: "mph", to: "m/s" }] } }),
    [
      {
        code: "wrong_unit",
        path: "convert[0].from",
        message: /"speed" is in km\/h here, not in mph; choose km\/h/,
      },
    ],
  ],
  [
    "the change of a text",
    chain({ kind: "enrich", config: { delta: [{ of: "lane", as: "d" }] } }),
    [
      {
        code: "mistyped_field",
        path: "delta[0].of",
        message: /"lane" is text here; choose one that is a number/,
      },
    ],
  ],
  [
    "the average of a text",
    chain({
      kind: "aggregate",
      config: { window: { size: "1m" }, values: [{ of: "lane", fn: "avg", as: "a" }] },
    }),
    [{ code: "mistyped_field", path: "values[0].of", message: /choose one that is a number/ }],
  ],
  [
    "the last of a text",
    chain({
      kind: "aggregate",
      config: { window: { size: "1m" }, values: [{ of: "lane", fn: "last", as: "a" }] },
    }),
    [],
  ],
  [
    "a parameter of a command",
    chain({ kind: "command", config: { method: "m", params: { deep: { kmh: "=limit" }, plain: "limit" } } }),
    [{ code: "unknown_field", path: "params.deep.kmh", message: /field "limit"/ }],
  ],
  [
    "a field to save",
    chain({ kind: "save", config: { measurement: "m", fields: ["speed", "spede"] } }),
    [{ code: "unknown_field", path: "fields[1]", message: /Did you mean "speed"/ }],
  ],
  [
    "a setting that is calculated",
    chain({ kind: "throttle", config: { limit: "=perMinut", per: "1m" } }),
    [{ code: "unknown_field", path: "limit", message: /field "perMinut"/ }],
  ],
  [
    "what an aggregate no longer holds",
    chain(
      {
        kind: "aggregate",
        config: { window: { size: "1m" }, values: [{ of: "speed", fn: "avg", as: "avgSpeed" }] },
        output: "window",
      },
      filter("speed", "lessThan", 3),
    ),
    [
      {
        code: "unknown_field",
        path: "when.all[0].fact",
        message: /Fields here: avgSpeed, windowStart, windowEnd, windowCount\./,
      },
    ],
  ],
  [
    "what was renamed",
    chain(
      { kind: "calculate", config: { rename: [{ of: "speed", as: "kmh" }] }, output: "out" },
      filter("kmh", "lessThan", 3),
      filter("speed", "lessThan", 3),
    ),
    [{ code: "unknown_field", path: "when.all[0].fact", message: /field "speed"/ }],
  ],
])("%s", (_, flow, expected) => {
  test(expected.length > 0 ? "is found where it stands" : "is sound", () => {
    const problems = problemsOf(flow, closed);
    expect(problems).toMatchObject(
      expected.map((problem) => ({ ...problem, message: expect.stringMatching(problem.message) })),
    );
    expect(problemsOf(flow, profile("loop"))).toEqual([]);
  });
});

test("after an aggregate the fields are all known, also where devices may send others", () => {
  const window = {
    kind: "aggregate",
    config: { window: { size: "1m" }, values: [{ of: "speed", fn: "avg", as: "avgSpeed" }] },
    output: "window",
  };
  expect(problemsOf(chain(window, filter("avgSped", "lessThan", 3)), open)).toMatchObject([
    { code: "unknown_field", message: expect.stringContaining('Did you mean "avgSpeed"?') },
  ]);
  expect(problemsOf(chain(window, filter("avgSped", "lessThan", 3)), open)[0]).not.toHaveProperty("level");
});

test("units and types go along the edges, and where ways join only what they agree on", () => {
  const flow = chain(
    { kind: "calculate", config: { convert: [{ of: "speed", from: "km/h", to: "m/s" }] }, output: "out" },
    { kind: "save", config: { measurement: "m" } },
  );
  const joined = { ...flow, edges: [...flow.edges, { from: "in", to: "n1" }] };
  const at = (it: Flow) => inferFields(it, [closed]).get("n1")!.byName.get("speed");
  expect(at(flow)).toEqual({ type: "number", unit: "m/s" });
  expect(at(joined)).toEqual({ type: "number", unit: undefined });
});

test("a circle, an unknown kind and wrong settings leave the check of fields out", () => {
  const flow = chain(filter("sped", "lessThan", 1), filter("sped", "lessThan", 1));
  const circle = { ...flow, edges: [...flow.edges, { from: "n1", output: "pass", to: "n0" }] };
  expect(problemsOf(circle, closed).map(({ code }) => code)).toEqual(["cycle"]);
  const odd = chain({ kind: "odd", config: {} }, filter("sped", "lessThan", 1));
  expect(problemsOf(odd, closed).map(({ code }) => code)).toEqual(["unknown_kind"]);
});

describe("what other flows, commands and groups add", () => {
  const mean = {
    kind: "aggregate",
    config: {
      window: { type: "tumbling", size: "1m" },
      values: [{ fn: "avg", of: "speed", as: "mean" }],
      by: "road",
    },
    output: "window",
  };

  test("what messages are grouped by is a field behind the node, and within it", () => {
    expect(problemsOf(chain(mean, filter("road", "equal", "A1")), closed)).toEqual([]);
    expect(problemsOf(chain(mean, filter("rod", "equal", "A1")), closed)).toMatchObject([
      { code: "unknown_field", message: expect.stringContaining('Did you mean "road"') },
    ]);
    const alarm = {
      kind: "alert",
      config: {
        type: "Jam",
        severity: "major",
        raise: { all: [{ fact: "road", operator: "equal", value: "A1" }] },
        by: "road",
      },
      output: "raised",
    };
    expect(problemsOf(chain(alarm, filter("road", "equal", "A1")), closed)).toEqual([]);
  });

  test("how a command ended is a field behind succeeded and failed, and none behind sent", () => {
    const command = (output: string) => ({ kind: "command", config: { method: "stop" }, output });
    const calculate = {
      kind: "calculate",
      config: { calculate: [{ as: "why", expression: "command.reason" }] },
    };
    for (const output of ["succeeded", "failed"])
      expect(problemsOf(chain(command(output), calculate), closed)).toEqual([]);
    expect(problemsOf(chain(command("sent"), calculate), closed)).toMatchObject([{ code: "unknown_field" }]);
  });

  test("of conditions over attributes, and over the message before, nothing is claimed", () => {
    const command = {
      kind: "command",
      config: {
        method: "stop",
        interlock: { all: [{ fact: "door", operator: "equal", value: "shut" }] },
        confirm: { when: { all: [{ fact: "before.pump", operator: "equal", value: "on" }] }, within: "1m" },
      } as FlowNode["config"],
    };
    expect(problemsOf(chain(command), closed)).toEqual([]);
  });
});
