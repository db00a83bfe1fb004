import { expect, test } from "vitest";
import { aligned, type Box, distributed } from "../../editor/src/draft/arrange.ts";
import { removeAndReconnect } from "../../editor/src/draft/reconnect-around.ts";
import { roads } from "./flows.ts";

const box = (id: string, x: number, y: number, width = 100, height = 50): Box => ({
  id,
  x,
  y,
  width,
  height,
});
const three = [box("a", 0, 0), box("b", 130, 40, 200), box("c", 400, 10, 100, 150)];

test.each([
  ["left", [0, 0, 0], [0, 40, 10]],
  ["right", [400, 300, 400], [0, 40, 10]],
  ["centre", [200, 150, 200], [0, 40, 10]],
  ["top", [0, 130, 400], [0, 0, 0]],
  ["bottom", [0, 130, 400], [110, 110, 10]],
  ["middle", [0, 130, 400], [30, 30, -20]],
] as const)("aligned %s, all stand on one line", (side, xs, ys) => {
  const places = Object.values(aligned(three, side));
  expect(places.map(({ x }) => x)).toEqual(xs);
  expect(places.map(({ y }) => y)).toEqual(ys);
});

test("distributed boxes have gaps of one size, whatever their order; the outermost stay", () => {
  const [a, b, c] = three as [Box, Box, Box];
  expect(distributed([c, a, b], "across")).toEqual({
    a: { x: 0, y: 0 },
    b: { x: 150, y: 40 },
    c: { x: 400, y: 10 },
  });
  expect(distributed([a, b], "down")).toEqual({ a: { x: 0, y: 0 }, b: { x: 130, y: 40 } });
});

test("a step is taken out and what led to it goes on to where it led, as far as that may be", () => {
  expect(removeAndReconnect(["slow"], () => true)(roads).edges).toEqual([
    { from: "in", output: "out", to: "keep" },
  ]);
  expect(removeAndReconnect(["slow"], () => false)(roads).edges).toEqual([]);
  expect(removeAndReconnect(["in", "slow"], () => true)(roads).edges).toEqual([]);
});
