import "./english.ts";
import { expect, test } from "vitest";
import { refusal } from "../../editor/src/draft/refuse.ts";
import type { Kinds } from "../../editor/src/flows/kind-info.ts";
import { firstPlaces, freePlace, placesOf, tidied } from "../../editor/src/flows/places.ts";
import { problemsOf, saidAt } from "../../editor/src/flows/problems.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { roads } from "./flows.ts";

const kinds = new Map(nodeKinds.map(({ config: _, ...kind }) => [kind.kind, kind])) as unknown as Kinds;

test.each([
  [{ from: "slow", output: "drop", to: "keep" }, undefined],
  [{ from: "slow", output: "drop", to: "in" }, "Not connected: “In” starts the flow and takes no messages."],
  [{ from: "slow", output: "pass", to: "keep" }, "“Keep” is connected to this output already."],
  [{ from: "slow", output: "pass", to: "slow" }, "Not connected: a step cannot feed itself."],
  [{ from: "slow", output: "pass", to: "no" }, "Not connected: one of the two steps is gone."],
])("an edge %j is refused with %j", (edge, why) => {
  expect(refusal(roads, kinds, edge)).toBe(why);
});

test("an edge that would close a circle is refused", () => {
  const flow = {
    ...roads,
    nodes: [...roads.nodes, { id: "again", kind: "filter", config: {} }],
    edges: [...roads.edges, { from: "slow", output: "drop", to: "again" }],
  };
  expect(refusal(flow, kinds, { from: "again", output: "pass", to: "slow" })).toMatch(/in a circle/);
});

test("tidied steps stand from left to right, and a new one beside the one it follows", () => {
  const places = tidied(roads, kinds);
  expect(places.in!.x).toBeLessThan(places.slow!.x);
  expect(places.slow!.x).toBeLessThan(places.keep!.x);
  const free = freePlace(roads, kinds, places, "slow");
  expect(free.x).toBe(places.slow!.x + 288);
  expect(free.y).toBeGreaterThan(places.keep!.y);
});

test("places of a file whose steps cover each other are laid out once, until someone moves them", () => {
  const heap = { ...roads, layout: { in: { x: 0, y: 0 }, slow: { x: 10, y: 10 }, keep: { x: 20, y: 20 } } };
  expect(firstPlaces(roads, kinds)).toEqual({});
  const first = firstPlaces(heap, kinds);
  expect(placesOf(heap, heap, first)).toEqual(first);
  const moved = { ...heap, layout: { ...heap.layout, keep: { x: 500, y: 500 } } };
  expect(placesOf(moved, heap, first).keep).toEqual({ x: 500, y: 500 });
});

test("a problem is said at its setting by the setting's title", () => {
  const flow = { ...roads, nodes: [{ id: "keep", kind: "save", config: { measurement: "no good" } }] };
  const wrong = problemsOf(flow).find(({ path }) => path === "measurement")!;
  expect(saidAt(wrong, "Measurement")).toMatch(/^Measurement must be a letter/);
  const missing = problemsOf({ ...flow, nodes: [{ id: "keep", kind: "save", config: {} }] });
  expect(saidAt(missing.find(({ path }) => path === "measurement")!, "Measurement")).toBe(
    "Still to be filled in",
  );
});
