import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import { validateFlow } from "../../engine/flow/validate.ts";
import type { Problem } from "../../engine/model/problem.ts";
import { outputsOf } from "../../engine/nodes/kind.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";

const condition = (value: unknown = 20) => ({ all: [{ fact: "speed", operator: "lessThan", value }] });
const input = { id: "in", kind: "input", config: {} };
const filter = { id: "slow", kind: "filter", config: { when: condition() } };
const save = { id: "keep", kind: "save", config: { measurement: "traffic" } };
const alert = { id: "jam", kind: "alert", config: { type: "Jam", severity: "major", raise: condition() } };
const flow = (nodes: unknown[], edges: unknown[], more = {}) => ({
  id: "demo",
  name: "Demo",
  schema: 1,
  nodes,
  edges,
  ...more,
});
const inToSlow = { from: "in", to: "slow" };
const slowToKeep = { from: "slow", output: "pass", to: "keep" };

/** Each case: a fact, a flow, and the problems it has. */
const cases: [title: string, flow: unknown, problems: Partial<Problem>[]][] = [
  ["a flow of three nodes is sound", flow([input, filter, save], [inToSlow, slowToKeep]), []],
  [
    "layout of nodes that are gone does not matter",
    flow([input], [], { layout: { gone: { x: 1, y: 2 } } }),
    [],
  ],
  [
    "text is no flow",
    "hello",
    [{ code: "invalid_form", message: 'The flow must be an object in { }, not "hello".' }],
  ],
  [
    "a missing name is named by its path",
    { id: "demo", schema: 1, nodes: [], edges: [] },
    [{ code: "invalid_form", path: "name", message: '"name" is missing; give text.' }],
  ],
  [
    "a bad node id says what ids look like",
    flow([{ ...input, id: "1 2" }], []),
    [
      {
        code: "invalid_form",
        node: "1 2",
        path: "nodes[0].id",
        message: '"nodes[0].id" must be a letter, then letters, digits, _ or -, at most 64.',
      },
    ],
  ],
  [
    "a key that no flow has is to be taken out",
    flow([input], [], { owner: "me" }),
    [{ code: "invalid_form", message: 'The flow does not know "owner"; take it out.' }],
  ],
  [
    "two nodes must not share an id",
    flow([input, input], []),
    [{ code: "duplicate_id", node: "in", message: 'Two nodes have the id "in"; give one of them another.' }],
  ],
  [
    "an unknown kind brings the nearest name",
    flow([input, { ...filter, kind: "filtre" }], [inToSlow]),
    [{ code: "unknown_kind", node: "slow", message: expect.stringContaining('Did you mean "filter"?') }],
  ],
  [
    "a kind named like a part of every object is unknown",
    flow([input, { ...filter, kind: "constructor" }], [inToSlow]),
    [{ code: "unknown_kind", node: "slow" }],
  ],
  [
    "a missing setting is named with its choices",
    flow([input, { ...alert, config: { type: "Jam", raise: condition() } }], [{ from: "in", to: "jam" }]),
    [
      {
        code: "invalid_config",
        node: "jam",
        path: "severity",
        message:
          'Node "jam": "severity" is missing; choose one of "critical", "major", "minor", "warning", "indeterminate".',
      },
    ],
  ],
  [
    "a wrong comparison is found deep in a condition",
    flow([input, { ...filter, config: { when: { any: [condition("20")] } } }], [inToSlow]),
    [
      {
        code: "invalid_config",
        node: "slow",
        path: "when.any[0].all[0].value",
        message: expect.stringContaining("write 20 without quotes"),
      },
    ],
  ],
  [
    "a setting that the kind does not have is named",
    flow([{ ...input, config: { profile: "x" } }], []),
    [
      {
        code: "invalid_config",
        node: "in",
        path: "profile",
        message: expect.stringContaining("take it out"),
      },
    ],
  ],
  [
    "a wrong expression says where it is wrong",
    flow(
      [input, { id: "calc", kind: "enrich", config: { calculate: [{ as: "kmh", expression: "speed *" }] } }],
      [{ from: "in", to: "calc" }],
    ),
    [
      {
        code: "invalid_config",
        node: "calc",
        message:
          'Node "calc": Calculation "kmh": The expression `speed *` is wrong at its end: something is missing here.',
      },
    ],
  ],
  [
    "an edge from a node that does not exist brings the nearest id",
    flow([input, filter], [{ from: "inn", to: "slow" }, inToSlow]),
    [{ code: "unknown_node", edge: "inn>slow", message: expect.stringContaining('Did you mean "in"?') }],
  ],
  [
    "an edge to a node that does not exist keeps its own id",
    flow([input], [{ id: "e1", from: "in", to: "nowhere" }]),
    [{ code: "unknown_node", edge: "e1", message: expect.stringContaining('no node "nowhere"') }],
  ],
  [
    "an edge of a kind with several outputs must choose one",
    flow([input, filter, save], [inToSlow, { from: "slow", to: "keep" }]),
    [{ code: "missing_output", edge: "slow>keep", message: expect.stringContaining("one of pass, drop") }],
  ],
  [
    "an unknown output brings the nearest and all others",
    flow([input, filter, save], [inToSlow, { ...slowToKeep, output: "passed" }]),
    [
      {
        code: "unknown_output",
        message: expect.stringMatching(/Did you mean "pass"\? Its outputs: pass, drop\./),
      },
    ],
  ],
  [
    "nothing leaves a save node",
    flow(
      [input, save, filter],
      [
        { from: "in", to: "keep" },
        { from: "keep", to: "slow" },
      ],
    ),
    [{ code: "unknown_output", edge: "keep>slow", message: expect.stringContaining("nothing leaves") }],
  ],
  [
    "no edge ends at an input",
    flow([input, filter], [inToSlow, { from: "slow", output: "pass", to: "in" }]),
    [{ code: "edge_into_input" }, { code: "cycle", node: "in" }],
  ],
  [
    "a node that nothing reaches is named",
    flow([input, filter, save], [inToSlow]),
    [{ code: "unreachable", node: "keep", message: expect.stringContaining("connect an output") }],
  ],
  [
    "a flow without an input lets nothing in",
    flow([filter, save], [slowToKeep]),
    [{ code: "no_input", message: expect.stringContaining("kind input") }],
  ],
  ["an empty flow has no input", flow([], []), [{ code: "no_input" }]],
  [
    "a circle is named in order",
    flow(
      [input, { ...filter, id: "a" }, { ...filter, id: "b" }, { ...filter, id: "c" }],
      [
        { from: "in", to: "a" },
        { from: "a", output: "pass", to: "b" },
        { from: "b", output: "pass", to: "c" },
        { from: "c", output: "drop", to: "a" },
      ],
    ),
    [{ code: "cycle", node: "a", message: expect.stringContaining("a -> b -> c -> a") }],
  ],
  [
    "a node must not feed itself",
    flow([input, filter], [inToSlow, { from: "slow", output: "drop", to: "slow" }]),
    [{ code: "cycle", message: expect.stringContaining("slow -> slow") }],
  ],
  [
    "the same edge twice is one too many, with the output left out or not",
    flow([input, filter], [inToSlow, { ...inToSlow, output: "out" }]),
    [{ code: "duplicate_edge", edge: "in:out>slow" }],
  ],
  [
    "two edges from different outputs to one node are fine",
    flow([input, filter, save], [inToSlow, slowToKeep, { ...slowToKeep, output: "drop" }]),
    [],
  ],
  [
    "conditions are named in the flow and used by name, alone or with others",
    flow(
      [input, { ...filter, config: { when: { any: [{ condition: "rush hour" }, condition().all[0]] } } }],
      [inToSlow],
      { conditions: { jam: condition(), "rush hour": { not: { condition: "jam" } } } },
    ),
    [],
  ],
  [
    "a name that the flow does not have brings the nearest, at the setting that uses it",
    flow([input, { ...filter, config: { when: { all: [{ condition: "jem" }] } } }], [inToSlow], {
      conditions: { jam: condition() },
    }),
    [
      {
        code: "invalid_config",
        node: "slow",
        path: "when.all[0].condition",
        message:
          'Node "slow": "when.all[0].condition": There is no condition "jem". Did you mean "jam"? Known: jam.',
      },
    ],
  ],
  [
    "a name in a flow that names no conditions says so, beside what else is wrong with the node",
    flow(
      [input, { ...alert, config: { ...alert.config, type: "", raise: { condition: "jam" } } }],
      [{ from: "in", to: "jam" }],
    ),
    [
      { node: "jam", path: "type" },
      { node: "jam", path: "raise.condition", message: expect.stringContaining("the flow names none") },
    ],
  ],
  [
    "what is wrong with a named condition is told of it, not of the nodes that use it",
    flow([input, { ...filter, config: { when: { condition: "rush hour" } } }], [inToSlow], {
      conditions: { "rush hour": { all: [{ fact: "speed", operator: "lesThan", value: 1 }] } },
    }),
    [
      {
        code: "invalid_condition",
        condition: "rush hour",
        path: "all[0].operator",
        message: expect.stringMatching(
          /^In the condition "rush hour": "all\[0\]\.operator": There is no operator "lesThan"\. Did you/,
        ),
      },
    ],
  ],
  [
    "conditions that use one another in a circle are named in order",
    flow([input, { ...filter, config: { when: { condition: "a" } } }], [inToSlow], {
      conditions: { a: { condition: "b" }, b: { all: [{ condition: "a" }] } },
    }),
    [
      {
        code: "invalid_condition",
        condition: "b",
        path: "all[0].condition",
        message: expect.stringContaining('"a" -> "b" -> "a"'),
      },
    ],
  ],
  [
    "a name must not begin with a space",
    flow([input], [], { conditions: { " jam": condition() } }),
    [
      {
        code: "invalid_form",
        path: "conditions. jam",
        message: expect.stringContaining("has a name that cannot be used"),
      },
    ],
  ],
  [
    "a flow has at most a hundred conditions",
    flow([input], [], {
      conditions: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`c${i}`, condition()])),
    }),
    [{ code: "invalid_form", message: '"conditions" holds more than 100; take some out.' }],
  ],
  [
    "what only looks like a name, such as a parameter, is none",
    flow(
      [input, filter, { id: "say", kind: "command", config: { method: "set", params: { condition: "x" } } }],
      [inToSlow, { from: "slow", output: "pass", to: "say" }],
    ),
    [],
  ],
];

test.each(cases)("%s", (_, flow, problems) => {
  expect(validateFlow(flow).problems).toEqual(problems.map((problem) => expect.objectContaining(problem)));
});

test("branches that part and join again and again are refused before they never end", () => {
  const steps = 30;
  const nodes = Array.from({ length: steps }, (_, i) => ({ ...filter, id: `f${i}` }));
  const edges = nodes
    .slice(1)
    .flatMap(({ id }, i) => ["pass", "drop"].map((output) => ({ from: `f${i}`, output, to: id })));
  const { problems } = validateFlow(flow([input, ...nodes], [{ from: "in", to: "f0" }, ...edges]));
  expect(problems.map((problem) => problem.code)).toEqual(["too_many_ways"]);
});

test("a thousand nodes in a row are checked without running out of stack", () => {
  const nodes = Array.from({ length: 999 }, (_, i) => ({ ...filter, id: `f${i}` }));
  const edges = nodes.slice(1).map(({ id }, i) => ({ from: `f${i}`, output: "pass", to: id }));
  expect(validateFlow(flow([input, ...nodes], [{ from: "in", to: "f0" }, ...edges])).problems).toEqual([]);
});

test("a chain of names that each double the one before is refused at once", () => {
  const conditions: Record<string, unknown> = { c0: condition() };
  for (let i = 1; i < 100; i++)
    conditions[`c${i}`] = { any: [{ condition: `c${i - 1}` }, { condition: `c${i - 1}` }] };
  const last = { ...filter, config: { when: { condition: "c99" } } };
  const { flow: bomb, problems } = validateFlow(flow([input, last], [inToSlow], { conditions }));
  expect(problems).toMatchObject([{ code: "invalid_condition", condition: "c9" }]);
  expect(compilePlan([{ version: 1, definition: bomb! }]).broken).toMatchObject([
    { message: expect.stringContaining('"when": A condition that is used here by its name is wrong') },
  ]);
});

describe("whatever JSON comes", () => {
  const parsed = fc.json({ maxDepth: 5 }).map((text) => JSON.parse(text));
  const name = fc.constantFrom("in", "slow", "a", "__proto__", "constructor", "toString", "");
  const kind = fc.constantFrom(
    "input",
    "filter",
    "enrich",
    "aggregate",
    "alert",
    "command",
    "save",
    "__proto__",
    "x",
  );
  const clause = { fact: "speed", operator: "lessThan", value: 1 };
  const setting = fc.oneof(
    parsed,
    fc.constantFrom("5m", "major", "=speed", "speed * 2", "traffic", { all: [clause] }, { not: { any: [] } }),
    fc.constant([{ as: "x", of: "y", fn: "avg", name: "z", expression: "speed" }]),
    fc.constant({ size: "5m" }),
    fc.constantFrom({ condition: "a" }, { all: [{ condition: "toString" }] }),
  );
  const keys =
    "when raise clear type severity profiles attributes previous delta calculate window values method params measurement fields tags __proto__".split(
      " ",
    );
  const config = fc
    .dictionary(fc.constantFrom(...keys), setting)
    .map((it) => JSON.parse(JSON.stringify(it)) as unknown);
  const likeFlow = fc.record({
    id: name,
    name: fc.string(),
    schema: fc.constant(1),
    conditions: fc.dictionary(name, setting).map((it) => JSON.parse(JSON.stringify(it)) as unknown),
    nodes: fc.array(fc.record({ id: name, kind, config }), { maxLength: 5 }),
    edges: fc.array(fc.record({ from: name, to: name, output: fc.constantFrom("out", "pass", "x") }), {
      maxLength: 6,
    }),
  });

  test("validation gives sentences and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(parsed, likeFlow), (input) => {
        for (const { code, message } of validateFlow(input).problems) {
          expect(code).toMatch(/^[a-z_]+$/);
          expect(message).toMatch(/^["A-Z].*[.?]$/s);
        }
      }),
      { numRuns: 1000 },
    );
    expect(Object.hasOwn(Object.prototype, "when")).toBe(false);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("nodes set up as in the examples make sound flows, which compile", () => {
    const placed = fc.record({ pick: fc.nat(), parent: fc.nat(), output: fc.nat() });
    const settings = nodeKinds
      .filter((kind) => !kind.source)
      .flatMap((kind) => kind.examples.map(({ config }) => ({ kind, config })));
    fc.assert(
      fc.property(fc.array(placed, { maxLength: 12 }), (places) => {
        const parents = [{ id: "in", outputs: ["out"], isGrouped: false }];
        const nodes: unknown[] = [input];
        const edges: unknown[] = [];
        for (const [i, { pick, parent, output }] of places.entries()) {
          const { kind, config } = settings[pick % settings.length]!;
          const parsed = kind.config.parse(config);
          // What needs a device stands behind nothing that groups by something else.
          const possible = kind.needsDevice?.(parsed, "nothing")
            ? parents.filter(({ isGrouped }) => !isGrouped)
            : parents;
          const from = possible[parent % possible.length]!;
          const isGrouped = from.isGrouped || (kind.groupsBy?.(parsed) ?? "device") !== "device";
          const id = `n${i}`;
          nodes.push({ id, kind: kind.kind, config });
          edges.push({ from: from.id, output: from.outputs[output % from.outputs.length], to: id });
          const outputs = outputsOf(kind, config).map(({ name }) => name);
          if (outputs.length > 0) parents.push({ id, outputs, isGrouped });
        }
        const { flow: sound, problems } = validateFlow(flow(nodes, edges));
        expect(problems).toEqual([]);
        expect(compilePlan([{ version: 1, definition: sound! }]).broken).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("JSON nested ten thousand deep is refused with a sentence", () => {
    const deep = JSON.parse(`${'{"not":'.repeat(10_000)}1${"}".repeat(10_000)}`);
    const node = { ...filter, config: { when: deep } };
    expect(validateFlow(flow([input, node], [inToSlow])).problems).toMatchObject([{ code: "too_deep" }]);
    expect(validateFlow(deep).problems).toMatchObject([{ code: "too_deep" }]);
  });
});
