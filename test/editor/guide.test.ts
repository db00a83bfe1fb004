import { expect, test } from "vitest";
import * as z from "zod";
import { fixOf } from "../../editor/src/flows/fixes.ts";
import { stepsDone } from "../../editor/src/flows/guide-steps.ts";
import { type Kinds, kindSchema } from "../../editor/src/flows/kind-info.ts";
import { problemsOf } from "../../editor/src/flows/problems.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { roads } from "./flows.ts";

const kinds: Kinds = new Map(
  nodeKinds.map((kind) => {
    const config = z.toJSONSchema(kind.config, { io: "input", unrepresentable: "any" });
    return [kind.kind, kindSchema.parse(JSON.parse(JSON.stringify({ ...kind, config })))];
  }),
);
const made = { kinds, problems: 0, wasTried: false, isLive: false };

test("the guide follows what the flow has: a way in, an act, no problem, a trial, a deployment", () => {
  const empty = { ...roads, nodes: [], edges: [] };
  const begun = { ...roads, nodes: roads.nodes.slice(0, 2) };
  expect([...stepsDone({ ...made, flow: empty, problems: 1 })]).toEqual([]);
  expect([...stepsDone({ ...made, flow: begun })]).toEqual(["input"]);
  expect([...stepsDone({ ...made, flow: roads, problems: 2 })]).toEqual(["input", "act"]);
  expect([...stepsDone({ ...made, flow: roads })]).toEqual(["input", "act", "mend"]);
  expect([...stepsDone({ ...made, flow: roads, wasTried: true })]).toContain("try");
  expect(stepsDone({ ...made, flow: roads, isLive: true }).size).toBe(5);
});

const broken: [string, Flow, string][] = [
  [
    "an edge to nowhere",
    { ...roads, edges: [...roads.edges, { from: "slow", output: "drop", to: "gone" }] },
    "unknown_node",
  ],
  ["an edge twice", { ...roads, edges: [...roads.edges, roads.edges[0]!] }, "duplicate_edge"],
  [
    "an edge from no output",
    { ...roads, edges: [...roads.edges, { from: "slow", output: "up", to: "keep" }] },
    "unknown_output",
  ],
  [
    "an edge that leaves its output open",
    { ...roads, edges: [roads.edges[0]!, { from: "slow", to: "keep" }] },
    "missing_output",
  ],
  ["a circle", { ...roads, edges: [...roads.edges, { from: "slow", output: "drop", to: "slow" }] }, "cycle"],
  [
    "an unknown kind",
    { ...roads, nodes: [...roads.nodes, { id: "odd", kind: "quantum", config: {} }] },
    "unknown_kind",
  ],
  [
    "a setting nobody knows",
    {
      ...roads,
      nodes: [
        ...roads.nodes.slice(0, 2),
        { id: "keep", kind: "save", config: { measurement: "roads", colour: 1 } },
      ],
    },
    "invalid_config",
  ],
];

test.each(broken)("the fix for %s leaves a flow without that problem", (_, flow, code) => {
  const problem = problemsOf(flow).find((each) => each.code === code)!;
  const fix = fixOf(problem, flow, kinds);
  expect(fix?.label).toBeTruthy();
  expect(problemsOf(fix!.change!(flow)).map((each) => each.code)).not.toContain(code);
});

test("for what only a person knows there is no fix", () => {
  const nodes = roads.nodes.map((node) => (node.id === "keep" ? { ...node, config: {} } : node));
  const flow = { ...roads, nodes };
  const [problem] = problemsOf(flow);
  expect(fixOf(problem!, flow, kinds)).toBeUndefined();
});
