import type { Flow } from "../../../engine/model/flow.ts";
import { type Group, groupsIn } from "../../../engine/model/layout.ts";
import type { Box } from "../draft/arrange.ts";
import type { Places } from "../draft/changes.ts";
import type { Kinds } from "./kind-info.ts";
import { nodeWidth } from "./outputs.ts";
import { heightsOf } from "./places.ts";

const room = 20;
const titleRoom = 44;

/** Nodes of the flow as boxes where they are drawn. */
export function boxesOf(flow: Flow, kinds: Kinds, places: Places): Box[] {
  const heights = heightsOf(flow, kinds);
  return flow.nodes.flatMap(({ id }) => {
    const place = places[id];
    return place ? [{ id, ...place, width: nodeWidth, height: heights.get(id)! }] : [];
  });
}

/** The frame of each group, around its nodes as they stand. A group whose nodes are all gone has none. */
export function framesOf(flow: Flow, kinds: Kinds, places: Places): (Box & { group: Group })[] {
  const groups = groupsIn(flow.layout);
  if (groups.length === 0) return [];
  const boxes = new Map(boxesOf(flow, kinds, places).map((box) => [box.id, box]));
  return groups.flatMap(([id, group]) => {
    const inside = group.nodes.flatMap((node) => boxes.get(node) ?? []);
    if (inside.length === 0) return [];
    const left = Math.min(...inside.map(({ x }) => x)) - room;
    const top = Math.min(...inside.map(({ y }) => y)) - titleRoom;
    const right = Math.max(...inside.map(({ x, width }) => x + width)) + room;
    const bottom = Math.max(...inside.map(({ y, height }) => y + height)) + room;
    return [{ id, group, x: left, y: top, width: right - left, height: bottom - top }];
  });
}
