import { expect, test } from "vitest";
import { changeLines } from "../../engine/flow/change-lines.ts";
import { englishChanges } from "../../engine/flow/change-words.ts";
import { compareFlows } from "../../engine/flow/compare.ts";
import type { Flow } from "../../engine/model/flow.ts";

const slowIs = (value: number) => ({ all: [{ fact: "speed", operator: "lessThan", value }] });
const before: Flow = {
  id: "roads",
  name: "Roads",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "slow", kind: "filter", name: "Slow only", config: { when: slowIs(30) } },
    { id: "keep", kind: "save", config: { measurement: "roads" } },
  ],
  edges: [
    { from: "in", to: "slow" },
    { from: "slow", output: "pass", to: "keep" },
  ],
  layout: { in: { x: 0, y: 0 }, slow: { x: 300, y: 0 }, keep: { x: 600, y: 0 } },
};
const linesTo = (after: Flow) => changeLines(compareFlows(before, after), before, after, englishChanges);

test("the same flow has no changes, also when an edge names the one output it left out", () => {
  expect(
    linesTo({ ...before, edges: [{ from: "in", output: "out", to: "slow" }, before.edges[1]!] }),
  ).toEqual([]);
});

test("settings are named by their titles, conditions by their sentences", () => {
  const nodes = before.nodes.map((node) =>
    node.id === "slow" ? { ...node, config: { when: slowIs(20) } } : node,
  );
  expect(linesTo({ ...before, name: "Streets", nodes })).toEqual([
    { sign: "changed", text: "name: Roads -> Streets", details: [] },
    {
      sign: "changed",
      node: "slow",
      text: '"Slow only" has other settings',
      details: ["Condition: speed is below 30 -> speed is below 20"],
    },
  ]);
});

test("new and lost nodes and edges are each a line, by the node they are about", () => {
  const after: Flow = {
    ...before,
    nodes: [...before.nodes.slice(0, 2), { id: "jam", kind: "alert", name: "Jam", config: {} }],
    edges: [before.edges[0]!, { from: "slow", output: "pass", to: "jam" }],
  };
  expect(linesTo(after).map(({ sign, node, text }) => [sign, node, text])).toEqual([
    ["added", "jam", 'Alert "Jam" is new'],
    ["removed", "keep", 'Save "keep" is gone'],
    ["added", "slow", '"Slow only" is connected to "Jam"'],
    ["removed", "slow", '"Slow only" is no longer connected to "keep"'],
  ]);
});

test("what only stands elsewhere, and notes, come last and as one line each", () => {
  const layout = { ...before.layout, in: { x: 0, y: 90 }, "note:1": { x: 0, y: 0, text: "why" } };
  expect(linesTo({ ...before, layout })).toEqual([
    { sign: "drawn", text: "1 node stands elsewhere", details: [] },
    { sign: "drawn", text: "notes or groups are otherwise", details: [] },
  ]);
});
