import { expect, test } from "vitest";
import { casesSchema, runCases } from "../../engine/flow/cases.ts";
import { changeLines } from "../../engine/flow/change-lines.ts";
import { englishChanges, englishDeployment } from "../../engine/flow/change-words.ts";
import { compareFlows, isOtherwise, touchedNodes } from "../../engine/flow/compare.ts";
import { conditionsIn, mapConditions } from "../../engine/flow/condition-settings.ts";
import { namesOf, withInner } from "../../engine/flow/condition-uses.ts";
import { schemaOf } from "../../engine/flow/kind-schema.ts";
import { makeNode } from "../../engine/flow/make-node.ts";
import { fateOf } from "../../engine/flow/memory.ts";
import { validateFlow } from "../../engine/flow/validate.ts";
import { conditionName, type Flow, type FlowNode, flowSchema } from "../../engine/model/flow.ts";
import type { Message } from "../../engine/model/message.ts";
import { profileSchema } from "../../engine/model/profile.ts";
import type { Values } from "../../engine/model/value.ts";
import type { Kind, Seen } from "../../engine/nodes/kind.ts";
import { kindByName, nodeKinds } from "../../engine/nodes/kinds.ts";
import { checkCondition } from "../../engine/rules/check-condition.ts";
import { NamedConditions } from "../../engine/rules/named-conditions.ts";
import { contentHash } from "../../engine/store/registry/canonical.ts";

const below = (value: number) => ({ all: [{ fact: "speed", operator: "lessThan", value }] });
const flow: Flow = flowSchema.parse({
  id: "rush",
  name: "Rush",
  schema: 1,
  conditions: {
    slow: below(20),
    "rush hour jam": { all: [{ condition: "slow" }, { fact: "count", operator: "greaterThan", value: 30 }] },
  },
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "keep", kind: "filter", config: { when: { not: { condition: "rush hour jam" } } } },
    {
      id: "jam",
      kind: "alert",
      config: {
        type: "Jam",
        severity: "major",
        raise: { condition: "rush hour jam" },
        clear: { not: { condition: "slow" } },
        hysteresis: 2,
      },
    },
    {
      id: "sign",
      kind: "command",
      config: { method: "warn", interlock: { any: [{ condition: "rush hour jam" }] } },
    },
    { id: "save", kind: "save", config: { measurement: "free" } },
  ],
  edges: [
    { from: "in", to: "keep" },
    { from: "keep", output: "pass", to: "save" },
    { from: "in", to: "jam" },
    { from: "jam", output: "raised", to: "sign" },
  ],
});
const reading = (second: number, speed: number, count: number) => ({
  device: "d1",
  at: `2026-11-20T08:00:0${second}Z`,
  values: { speed, count },
});
const withConditions = (conditions: Flow["conditions"]): Flow => ({ ...flow, conditions });
const linesTo = (after: Flow, before = flow) =>
  changeLines(compareFlows(before, after), before, after, englishChanges);

test("one condition acts in a filter, an alert and an interlock", () => {
  expect(validateFlow(flow).problems).toEqual([]);
  const cases = casesSchema.parse([
    {
      title: "a jam",
      given: [
        reading(0, 60, 40),
        reading(1, 10, 5),
        reading(2, 10, 40),
        reading(3, 21, 40),
        reading(4, 23, 40),
      ],
      expect: {
        alarms: [
          { type: "Jam", status: "active", at: "2026-11-20T08:00:02Z" },
          { type: "Jam", status: "cleared" },
        ],
        commands: [{ method: "warn", node: "sign" }],
        points: [{ fields: { count: 40, speed: 60 } }, { fields: { speed: 10 } }, {}, {}],
      },
    },
  ]);
  expect(runCases(flow, cases)[0]?.failures).toEqual([]);
});

test("a node that acts by a named condition says by which values it did", () => {
  const made = makeNode(flow.nodes[1]!, kindByName("filter")!, new NamedConditions(flow.conditions));
  if (made.problems) throw new Error(made.problems[0]?.message);
  const message = { values: { speed: 10, count: 5 } } as unknown as Message;
  const seen = { message, output: "pass" } as Seen;
  expect(made.node.explain!(seen).reasons).toEqual([
    { field: "count", operator: "greaterThan", found: 5, value: 30, holds: false },
  ]);
});

test("a node says the name where its sentence is read", () => {
  const say = ({ kind, config }: FlowNode) => {
    const known = kindByName(kind)!;
    return known.describe(known.config.parse(config));
  };
  expect(say(flow.nodes[1]!)).toBe('not "rush hour jam"');
  expect(say(flow.nodes[2]!)).toBe('Major Jam when "rush hour jam"');
});

test("a flow without named conditions is the same file with the same hash as ever", () => {
  const { conditions: _, ...plain } = { ...flow, nodes: flow.nodes.slice(0, 1), edges: [] };
  expect(Object.keys(flowSchema.parse(plain))).not.toContain("conditions");
  expect(contentHash(flowSchema.parse(plain))).toBe(
    "f0d7d38657a52d6f21b16c0ba3ff8c412c471e2af009885fb8b86c81aecc3f8b",
  );
  expect(contentHash({ ...plain, conditions: { slow: below(20) } })).not.toBe(contentHash(plain));
});

test("every setting that is a condition is found in the examples of every kind", () => {
  const looksLikeOne = (value: unknown): number => {
    if (typeof value !== "object" || value === null) return 0;
    const isOne = ["all", "any", "not"].some((key) => Object.hasOwn(value, key));
    if (isOne && checkCondition(value).length === 0) return 1;
    return Object.values(value).reduce((sum: number, inner) => sum + looksLikeOne(inner), 0);
  };
  const count = (kind: Kind) => {
    const found = kind.examples.map(({ config }) => conditionsIn(schemaOf(kind), config).length);
    expect(found, kind.kind).toEqual(kind.examples.map(({ config }) => looksLikeOne(config)));
    return found.reduce((sum, each) => sum + each, 0);
  };
  const kinds = nodeKinds.filter((kind) => count(kind) > 0).map(({ kind }) => kind);
  expect(kinds).toEqual(["input", "filter", "switch", "sequence", "join", "alert", "command"]);
});

test("settings whose conditions stay as they are stay the same object", () => {
  const { config } = flow.nodes[2]!;
  const schema = schemaOf(kindByName("alert")!);
  expect(mapConditions(schema, config, (condition) => condition)).toBe(config);
  expect(mapConditions(schema, config, () => ({ all: [] }))).toEqual({
    ...config,
    raise: { all: [] },
    clear: { all: [] },
  });
});

test("what a node uses is found, and what its conditions use in turn", () => {
  expect(namesOf(flow.nodes[2]!)).toEqual(["rush hour jam", "slow"]);
  expect(namesOf({ kind: "command", config: { params: { condition: "slow" } } })).toEqual([]);
  expect([...withInner(["rush hour jam"], flow.conditions)]).toEqual(["rush hour jam", "slow"]);
});

test("a change of a condition is told by its name and sentence, with the nodes that run otherwise", () => {
  const after = withConditions({ ...flow.conditions, slow: below(30) });
  expect(linesTo(after)).toEqual([
    {
      sign: "changed",
      text: 'condition "slow": speed is below 20 -> speed is below 30',
      details: ['used by "keep", "jam", "sign"'],
    },
  ]);
  const changes = compareFlows(flow, after);
  expect([...touchedNodes(changes)]).toEqual(["keep", "jam", "sign"]);
  expect(isOtherwise(changes)).toBe(true);
});

test("a condition that changed is told with all that use it, also what is new or was changed itself", () => {
  const nodes = flow.nodes.map((node) => (node.id === "keep" ? { ...node, name: "Keep free" } : node));
  const config = { when: { condition: "rush hour jam" } };
  const after = {
    ...withConditions({ ...flow.conditions, slow: below(30) }),
    nodes: [...nodes, { id: "more", kind: "filter", config }],
  };
  expect(linesTo(after)[0]?.details).toEqual(['used by "Keep free", "jam", "sign", "more"']);
});

test("a plain setting with a part called condition is told as what it is", () => {
  const withConstants = (constants: Values): Flow => ({
    ...flow,
    nodes: [...flow.nodes, { id: "extra", kind: "command", config: { method: "warn", params: constants } }],
  });
  const lines = linesTo(
    withConstants({ condition: "dry", level: 1 }),
    withConstants({ condition: "wet", level: 1 }),
  );
  expect(lines[0]?.details).toEqual([expect.stringMatching(/: wet -> dry$/)]);
  const whole = linesTo(withConstants({ condition: "dry" }), withConstants({}));
  expect(whole[0]?.details).toEqual([expect.stringMatching(/: not set -> dry$/)]);
});

test("a condition is not called by a name that a record drops", () => {
  expect(conditionName.safeParse("__proto__").success).toBe(false);
  expect(conditionName.safeParse("constructor").success).toBe(true);
});

test("a condition that is new or gone is a line, and one that got another name is both", () => {
  const { slow, ...rest } = flow.conditions!;
  expect(linesTo(withConditions({ slow: slow!, crawl: below(5), ...rest }))).toEqual([
    { sign: "added", text: 'condition "crawl" is new: speed is below 5', details: [] },
  ]);
  const renamed = withConditions({
    creeping: slow!,
    "rush hour jam": JSON.parse(JSON.stringify(rest["rush hour jam"]).replace('"slow"', '"creeping"')),
  });
  expect(linesTo(renamed).map(({ sign, text }) => [sign, text])).toEqual([
    ["removed", 'condition "slow" is gone: speed is below 20'],
    [
      "changed",
      'condition "rush hour jam": "slow" and count is above 30 -> "creeping" and count is above 30',
    ],
    ["added", 'condition "creeping" is new: speed is below 20'],
  ]);
});

test("a setting that takes another name is told by the names", () => {
  const nodes = flow.nodes.map((node) =>
    node.id === "jam" ? { ...node, config: { ...node.config, raise: { condition: "slow" } } } : node,
  );
  expect(linesTo({ ...flow, nodes })).toMatchObject([
    { node: "jam", details: ['Raise when: "rush hour jam" -> "slow"'] },
  ]);
});

test("what nodes remember is kept when a condition is named, and when what it means changes", () => {
  const [, , jam] = flow.nodes;
  const writtenOut = { ...jam!, config: { ...jam!.config, raise: below(20) } };
  expect(fateOf(writtenOut, jam)).toBe("kept");
  const after = withConditions({ ...flow.conditions, slow: below(30) });
  const lines = changeLines(compareFlows(flow, after), flow, after, englishDeployment);
  expect(lines.flatMap(({ details }) => details)).toEqual(['used by "keep", "jam", "sign"']);
});

test("a field that no message has is told where the name is used, with the condition that reads it", () => {
  const profile = profileSchema.parse({
    name: "loop",
    payload: { fields: [{ name: "speed", type: "text" }], open: false },
  });
  const nodes = flow.nodes
    .slice(0, 2)
    .map((node) => (node.id === "in" ? { ...node, config: { profiles: ["loop"] } } : node));
  const edges = flow.edges.slice(0, 1);
  expect(validateFlow({ ...flow, nodes, edges }, { profiles: [profile] }).problems).toEqual([
    {
      code: "mistyped_field",
      node: "keep",
      path: "when.not.condition",
      message:
        'Node "keep": "when.not.condition": In the condition "rush hour jam": The field "speed" is text here, and "lessThan" compares numbers; choose another.',
    },
    {
      code: "unknown_field",
      node: "keep",
      path: "when.not.condition",
      message:
        'Node "keep": "when.not.condition": In the condition "rush hour jam": No message has a field "count" here. Fields here: speed.',
    },
  ]);
});
