import { expect, test } from "vitest";
import {
  addNode,
  configure,
  connect,
  describeFlow,
  moveNodes,
  reconnect,
  remove,
  renameNode,
  together,
} from "../../editor/src/draft/changes.ts";
import { clipOf, paste, readClip } from "../../editor/src/draft/clip.ts";
import { freshId, idFrom } from "../../editor/src/draft/ids.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { flowSchema } from "../../engine/model/flow.ts";
import { places, roads } from "./flows.ts";

const before = structuredClone(roads);
const idsOf = ({ nodes }: Flow) => nodes.map(({ id }) => id);

test("a step added has its place in whole pixels", () => {
  const flow = addNode({ id: "jam", kind: "alert", config: {} }, { x: 10.4, y: 3.6 })(roads);
  expect(idsOf(flow)).toEqual(["in", "slow", "keep", "jam"]);
  expect(flow.layout.jam).toEqual({ x: 10, y: 4 });
});

test("a step taken out takes its edges and its place with it", () => {
  const flow = remove({ nodes: ["slow"] })(roads);
  expect(idsOf(flow)).toEqual(["in", "keep"]);
  expect(flow.edges).toEqual([]);
  expect(Object.keys(flow.layout)).toEqual(["in", "keep"]);
});

test("the same edge is drawn once only", () => {
  expect(connect(roads.edges[0]!)(roads)).toBe(roads);
});

test("an edge that is reconnected leaves nothing behind", () => {
  const to = { from: "in", output: "out", to: "keep" };
  expect(reconnect(roads.edges[0]!, to)(roads).edges).toEqual([roads.edges[1], to]);
});

test("an empty name takes the name away", () => {
  expect(renameNode("keep", " ")(roads).nodes[2]).toEqual({
    id: "keep",
    kind: "save",
    config: { measurement: "roads" },
  });
});

test("changes together are one, and none of them changes the flow it was given", () => {
  const flow = together(
    configure("keep", { measurement: "all" }),
    moveNodes({ keep: { x: 1, y: 2 } }),
    describeFlow({ name: "All roads", description: "" }),
  )(roads);
  expect(flow.nodes[2]?.config).toEqual({ measurement: "all" });
  expect(flow.layout.keep).toEqual({ x: 1, y: 2 });
  expect(flow.name).toBe("All roads");
  expect("description" in flow).toBe(false);
  expect(roads).toEqual(before);
});

test("pasted steps get new ids, keep their edges and their order in space", () => {
  const clip = readClip(JSON.stringify(clipOf(roads, ["slow", "keep"], places)))!;
  const { change, ids } = paste(roads, clip, { x: 100, y: 50 });
  const flow = change(roads);
  expect(ids).toEqual(["slow2", "keep2"]);
  expect(flow.edges.at(-1)).toEqual({ from: "slow2", output: "pass", to: "keep2" });
  expect([flow.layout.slow2, flow.layout.keep2]).toEqual([
    { x: 100, y: 50 },
    { x: 400, y: 50 },
  ]);
  expect(flowSchema.safeParse(flow).success).toBe(true);
});

test.each(["", "{", "[]", '{"nodes":[]}', '{"nodes":[{"id":"1 2","kind":"save"}]}'])(
  "%j holds no steps",
  (text) => {
    expect(readClip(text)).toBeUndefined();
  },
);

test("a whole flow file can be pasted", () => {
  expect(readClip(JSON.stringify(roads))?.nodes).toHaveLength(3);
});

test.each([
  ["alert", [], "alert"],
  ["alert", ["alert"], "alert2"],
  ["alert2", ["alert2", "alert3"], "alert4"],
  ["Slow traffic, A9", [], "Slow-traffic-A9"],
] as const)("%j beside %j becomes %j", (base, taken, id) => {
  expect(freshId(base, taken)).toBe(id);
});

test.each(["", "123", "ÄÖ", "--"])("an id can be made of %j", (name) => {
  expect(flowSchema.shape.id.safeParse(idFrom(name)).success).toBe(true);
});
