import type { Places } from "./changes.ts";

/** A thing on the canvas with its size. */
export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Side = "left" | "centre" | "right" | "top" | "middle" | "bottom";
export type Axis = "across" | "down";

const edge = (at: number, size: number, share: number) => at + size * share;
const shares: Record<Side, number> = { left: 0, centre: 0.5, right: 1, top: 0, middle: 0.5, bottom: 1 };
const isAcross = (side: Side) => side === "left" || side === "centre" || side === "right";

/** Places that bring all boxes to one line: their outermost edge on that side, or their common middle. */
export function aligned(boxes: readonly Box[], side: Side): Places {
  const share = shares[side];
  const along = ({ x, y, width, height }: Box) =>
    (isAcross(side) ? [x, width] : [y, height]) as [number, number];
  const edges = boxes.map((box) => edge(...along(box), share));
  const [least, most] = [Math.min(...edges), Math.max(...edges)];
  const line = share === 0 ? least : share === 1 ? most : (least + most) / 2;
  return placesOf(boxes, (box) => {
    const [, size] = along(box);
    return isAcross(side) ? { x: line - size * share, y: box.y } : { x: box.x, y: line - size * share };
  });
}

/** Places with gaps of one size between the boxes; the first and the last stay where they are. */
export function distributed(boxes: readonly Box[], axis: Axis): Places {
  const [at, size] = axis === "across" ? (["x", "width"] as const) : (["y", "height"] as const);
  const inOrder = [...boxes].sort((one, other) => one[at] - other[at]);
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (!first || !last || inOrder.length < 3) return placesOf(boxes, ({ x, y }) => ({ x, y }));
  const filled = inOrder.reduce((sum, box) => sum + box[size], 0);
  const gap = (last[at] + last[size] - first[at] - filled) / (inOrder.length - 1);
  let next = first[at];
  return placesOf(inOrder, (box) => {
    const place = { x: box.x, y: box.y, [at]: next };
    next += box[size] + gap;
    return place;
  });
}

const placesOf = (boxes: readonly Box[], place: (box: Box) => { x: number; y: number }): Places =>
  Object.fromEntries(boxes.map((box) => [box.id, place(box)]));
