import { expect, test } from "vitest";
import {
  addNode,
  configure,
  connect,
  moveNodes,
  remove,
  renameNode,
} from "../../editor/src/draft/changes.ts";
import { openDocument } from "../../editor/src/draft/draft.ts";
import { merge } from "../../editor/src/draft/merge.ts";
import { compareFlows, isOtherwise, touchedNodes } from "../../engine/flow/compare.ts";
import { places, roads } from "./flows.ts";

const jam = addNode({ id: "jam", kind: "alert", config: {} }, { x: 900, y: 0 });
const toAll = configure("keep", { measurement: "all" });
const toMine = configure("keep", { measurement: "mine", fields: ["speed"] });
const named = renameNode("slow", "Slow only");
const outputOf = ({ output = "out" }: { output?: string }) => output;

test("different steps changed by two people are both as each made them", () => {
  const { flow, clashes } = merge(roads, toAll(roads), named(jam(roads)));
  expect(flow).toEqual(toAll(named(jam(roads))));
  expect(clashes).toEqual([]);
});

test("where both changed one setting, mine is kept and the step is named", () => {
  const { flow, clashes } = merge(roads, toMine(roads), toAll(roads));
  expect(flow.nodes[2]?.config).toEqual({ measurement: "mine", fields: ["speed"] });
  expect(clashes).toEqual(["keep"]);
});

test("different settings of one step go together", () => {
  const fields = configure("keep", { measurement: "roads", fields: ["speed"] });
  expect(merge(roads, fields(roads), toAll(roads)).flow.nodes[2]?.config).toEqual({
    measurement: "all",
    fields: ["speed"],
  });
});

test("a step that one took out and the other left alone is gone, with its edges", () => {
  const { flow } = merge(roads, toAll(roads), remove({ nodes: ["slow"] })(roads));
  expect(flow.nodes.map(({ id }) => id)).toEqual(["in", "keep"]);
  expect(flow.edges).toEqual([]);
  expect(flow.layout.slow).toBeUndefined();
});

test("a step that one took out and the other changed stays, and is named", () => {
  const gone = remove({ nodes: ["keep"] })(roads);
  expect(merge(roads, gone, toAll(roads)).clashes).toEqual(["keep"]);
  expect(merge(roads, toAll(roads), gone).flow.nodes).toHaveLength(3);
});

test("edges drawn and taken out by two people are drawn and taken out", () => {
  const mine = connect({ from: "in", output: "out", to: "keep" })(roads);
  const theirs = remove({ edges: [roads.edges[1]!] })(roads);
  expect(merge(roads, mine, theirs).flow.edges).toEqual([
    roads.edges[0],
    { from: "in", output: "out", to: "keep" },
  ]);
});

test("one gesture is one step back, also when it is many changes", () => {
  const document = openDocument(roads);
  for (const name of ["S", "Sl", "Slo"]) document.apply(renameNode("slow", name), "name:slow");
  document.apply(toAll);
  document.undo();
  expect(document.flow().nodes[1]?.name).toBe("Slo");
  document.undo();
  expect(document.flow()).toEqual(roads);
  document.redo();
  expect(document.flow().nodes[1]?.name).toBe("Slo");
});

test("a change that changes nothing is no step back", () => {
  const document = openDocument(roads);
  document.apply(moveNodes(places));
  expect(document.store.temporal.getState().pastStates).toEqual([]);
});

test("undo after others' work was taken over takes back my own change only", () => {
  const document = openDocument(roads);
  document.apply(toAll);
  document.takeOver(roads, named(roads));
  document.undo();
  expect(document.flow()).toEqual(named(roads));
  document.redo();
  expect(document.flow()).toEqual(toAll(named(roads)));
});

test("a comparison names settings by their path, and tells moving from changing", () => {
  const moved = moveNodes({ in: { x: 5, y: 5 } })(roads);
  const none = compareFlows(roads, moved, outputOf);
  expect([none.moved, isOtherwise(none)]).toEqual([["in"], false]);
  const changes = compareFlows(roads, jam(toAll(roads)), outputOf);
  expect(changes.changed[0]?.settings).toEqual([{ path: "measurement", before: "roads", after: "all" }]);
  expect([...touchedNodes(changes)]).toEqual(["jam", "keep"]);
});

test("an output left out in the file is no other edge than the same one named", () => {
  const short = { ...roads, edges: [{ from: "in", to: "slow" }, roads.edges[1]!] };
  expect(isOtherwise(compareFlows(short, roads, outputOf))).toBe(false);
});
