import { expect, test } from "vitest";
import { addNote, groupNodes } from "../../editor/src/draft/drawn.ts";
import { fileText, readFlowFile } from "../../editor/src/draft/flow-file.ts";
import { roads } from "./flows.ts";

test("what was exported comes back as it was, with nothing to report", () => {
  const flow = groupNodes("group:1", "Slow", ["slow"])(addNote("note:1", { x: 1, y: 2 }, "why")(roads));
  expect(readFlowFile(fileText(flow))).toEqual({ flow, findings: [] });
});

test.each([
  ["{ no json", "not-json"],
  ["[1, 2]", "no-flow"],
  ['{"name": "A list of nothing"}', "no-flow"],
])("the text %s holds no flow", (text, type) => {
  const { flow, findings } = readFlowFile(text);
  expect(flow).toBeUndefined();
  expect(findings.map((finding) => finding.type)).toEqual([type]);
});

test("what is unknown, broken or twice is reported, and the rest is taken", () => {
  const text = JSON.stringify({
    id: "Ring road!",
    name: "Ring road",
    schema: 2,
    colour: "red",
    nodes: [
      { id: "in", kind: "input", config: {}, wires: [] },
      { id: "in", kind: "filter" },
      { id: "9 lives", kind: "quantum", config: {} },
      { id: "broken", config: {} },
    ],
    edges: [
      { from: "in", to: "9 lives" },
      { from: "in", to: "broken", weight: 3 },
    ],
    layout: {
      "9 lives": { x: 1, y: 2 },
      gone: { x: 0, y: 0 },
      "group:1": { title: "G", nodes: ["9 lives"] },
    },
  });
  const { flow, findings } = readFlowFile(text);
  expect(flow).toMatchObject({ id: "Ring-road", name: "Ring road", schema: 1 });
  expect(flow?.nodes.map(({ id, kind }) => [id, kind])).toEqual([
    ["in", "input"],
    ["in2", "filter"],
    ["lives", "quantum"],
  ]);
  expect(flow?.edges).toEqual([{ from: "in", to: "lives" }]);
  expect(flow?.layout).toEqual({ lives: { x: 1, y: 2 }, "group:1": { title: "G", nodes: ["lives"] } });
  expect(findings).toEqual([
    { type: "newer", schema: 2 },
    { type: "unknown-name", where: "", names: ["colour"] },
    { type: "unknown-name", where: "in", names: ["wires"] },
    { type: "renamed", from: "in", to: "in2" },
    { type: "renamed", from: "9 lives", to: "lives" },
    { type: "node-left-out", where: "broken" },
    { type: "unknown-name", where: "in → broken", names: ["weight"] },
    { type: "edge-left-out", from: "in", to: "broken" },
  ]);
});

test("places of an unknown form are left out, and said", () => {
  const { flow, findings } = readFlowFile(JSON.stringify({ ...roads, layout: { in: [0, 0] } }));
  expect(flow?.layout).toEqual({});
  expect(findings).toEqual([{ type: "layout-left-out" }]);
});
