import { graphlib, layout } from "@dagrejs/dagre";
import type { Flow } from "../../../engine/model/flow.ts";
import { type Place, placeIn } from "../../../engine/model/layout.ts";
import type { Places } from "../draft/changes.ts";
import type { Kinds } from "./kind-info.ts";
import { nodeWidth, outputsAt } from "./outputs.ts";

const headHeight = 98;
const outputHeight = 24;
const gap = 72;

export function heightOf(outputs: number): number {
  return headHeight + outputs * outputHeight + (outputs > 0 ? 5 : 0);
}

export function heightsOf(flow: Flow, kinds: Kinds): Map<string, number> {
  return new Map(flow.nodes.map((node) => [node.id, heightOf(outputsAt(node, flow, kinds).length)]));
}

/** Places of the nodes, or of the chosen ones, from left to right as the messages go. */
export function tidied(flow: Flow, kinds: Kinds, chosen?: ReadonlySet<string>): Places {
  const nodes = flow.nodes.filter(({ id }) => chosen?.has(id) ?? true);
  const ids = new Set(nodes.map(({ id }) => id));
  const heights = heightsOf(flow, kinds);
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 24, ranksep: gap });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width: nodeWidth, height: heights.get(id)! });
  for (const { from, to } of flow.edges) if (ids.has(from) && ids.has(to)) graph.setEdge(from, to);
  layout(graph);
  const places: Record<string, Place> = {};
  for (const { id } of nodes) {
    const { x, y, width, height } = graph.node(id);
    places[id] = { x: Math.round(x - width / 2), y: Math.round(y - height / 2) };
  }
  return places;
}

function overlaps(flow: Flow, kinds: Kinds): boolean {
  const heights = heightsOf(flow, kinds);
  const placed = flow.nodes
    .map(({ id }) => ({ id, ...placeIn(flow.layout, id)! }))
    .sort((one, other) => one.x - other.x);
  return placed.some((one, index) => {
    for (let next = index + 1; next < placed.length; next++) {
      const other = placed[next]!;
      if (other.x - one.x >= nodeWidth) return false;
      const upper = one.y < other.y ? one : other;
      if (Math.abs(one.y - other.y) < heights.get(upper.id)!) return true;
    }
    return false;
  });
}

/**
 * Where to draw nodes of a file whose own places are missing or cover each other; empty when those can be used. It is
 * asked once, of the flow as it was opened: whatever a person places later stays there.
 */
export function firstPlaces(flow: Flow, kinds: Kinds): Places {
  const complete = flow.nodes.every(({ id }) => placeIn(flow.layout, id));
  return complete && !overlaps(flow, kinds) ? {} : tidied(flow, kinds);
}

/** Where nodes are drawn: where they were put since the flow was opened, else where it was first drawn. */
export function placesOf(flow: Flow, opened: Flow, first: Places): Places {
  const places: Record<string, Place> = {};
  let right = 0;
  for (const { id } of flow.nodes) {
    const [now, then] = [placeIn(flow.layout, id), placeIn(opened.layout, id)];
    const moved = now && (now.x !== then?.x || now.y !== then?.y);
    const place = moved ? now : (first[id] ?? now);
    if (place) {
      places[id] = place;
      right = Math.max(right, place.x + nodeWidth);
    }
  }
  for (const { id } of flow.nodes) {
    if (places[id]) continue;
    places[id] = { x: right + gap, y: 0 };
    right += gap + nodeWidth;
  }
  return places;
}

/** Whether the drawing is so wide that two of it have more room one below the other. */
export function isWide(flow: Flow, kinds: Kinds): boolean {
  const heights = heightsOf(flow, kinds);
  const places = Object.entries(placesOf(flow, flow, firstPlaces(flow, kinds)));
  const span = (ends: [start: number, end: number][]) =>
    Math.max(...ends.map(([, end]) => end)) - Math.min(...ends.map(([start]) => start));
  const width = span(places.map(([, { x }]) => [x, x + nodeWidth]));
  const height = span(places.map(([id, { y }]) => [y, y + (heights.get(id) ?? 0)]));
  return width > 1.6 * height;
}

/** A free place for a node: beside the one it follows, else to the right of all, lower where something stands. */
export function freePlace(flow: Flow, kinds: Kinds, places: Places, after?: string): Place {
  const heights = heightsOf(flow, kinds);
  const all = Object.entries(places);
  const right = Math.max(0, ...all.map(([, { x }]) => x + nodeWidth + gap));
  const beside = after ? places[after] : undefined;
  const place = beside ? { x: beside.x + nodeWidth + gap, y: beside.y } : { x: all.length ? right : 0, y: 0 };
  const height = heightOf(2);
  const hit = () =>
    all.find(
      ([id, { x, y }]) =>
        Math.abs(x - place.x) < nodeWidth + 24 &&
        place.y < y + (heights.get(id) ?? height) + 24 &&
        y < place.y + height + 24,
    );
  for (let found = hit(); found; found = hit()) place.y = found[1].y + (heights.get(found[0]) ?? height) + 24;
  return place;
}
