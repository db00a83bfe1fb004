import { type Flow, type FlowEdge, type FlowNode, maxConditions } from "../../../engine/model/flow.ts";
import { notesIn, type Place } from "../../../engine/model/layout.ts";
import type { Values } from "../../../engine/model/value.ts";
import { addNode, type Change, connect, moveNodes, remove, together } from "../draft/changes.ts";
import { clipOf, cornerOf, paste, readClip } from "../draft/clip.ts";
import { withMembers } from "../draft/drawn.ts";
import { freshId } from "../draft/ids.ts";
import { removeAndReconnect } from "../draft/reconnect-around.ts";
import { refusal } from "../draft/refuse.ts";
import { initialOf } from "../form/schema.ts";
import { navigate } from "../route.ts";
import { t } from "../text/text.ts";
import { type KindInfo, type Kinds, outputsUnder } from "./kind-info.ts";
import { currentPlaces, type OpenFlow } from "./open-flow.ts";
import { outputOf } from "./outputs.ts";
import { freePlace, tidied } from "./places.ts";
import { type Spot, say, stage } from "./stage.ts";

/** A change that places nodes also writes down where the others are drawn, so that the next person sees the same. */
function withPlaces(open: OpenFlow, change: Change): Change {
  return together(moveNodes(currentPlaces(open)), change);
}

export function choose(open: OpenFlow, node: string | undefined) {
  if (node) stage.setState({ inHistory: false, backtesting: false, conditions: undefined });
  navigate({ view: "flows", flow: open.id, node });
}

export function select(nodes: readonly string[]) {
  stage.setState({ selected: nodes, edges: [] });
}

/** Adds a step, joined to what its spot says as far as that is possible, and opens its settings. One undo step. */
export function addStep(open: OpenFlow, kinds: Kinds, kind: KindInfo, spot: Spot = {}): string {
  // Who adds a step while a version is looked at means the draft.
  stage.setState({ shown: undefined });
  const flow = open.document.flow();
  const id = freshId(kind.kind, [...flow.nodes.map((node) => node.id)]);
  const config = ((kind.config && initialOf(kind.config)) ?? {}) as Values;
  const node: FlowNode = { id, kind: kind.kind, config };
  if (kind.version && kind.version > 1) Object.assign(node, { version: kind.version });
  const { after, before } = spot.into
    ? { after: { node: spot.into.from, output: outputOf(spot.into, flow, kinds) }, before: spot.into.to }
    : spot;
  const at = spot.at ?? freePlace(flow, kinds, currentPlaces(open), after?.node);
  let next = addNode(node, at)(flow);
  const changes = [addNode(node, at)];
  const join = (edge: FlowEdge) => {
    if (refusal(next, kinds, edge)) return;
    changes.push(connect(edge));
    next = connect(edge)(next);
  };
  if (after) {
    const output = after.output ?? outputOf({ from: after.node, to: id }, flow, kinds);
    const from = flow.nodes.find((each) => each.id === after.node);
    const fits = from && outputsUnder(kinds.get(from.kind) ?? kind, from.config).length > 0;
    if (fits) join({ from: after.node, output, to: id });
  }
  const first = outputsUnder(kind, config)[0]?.name;
  if (before && first) join({ from: id, output: first, to: before });
  if (spot.into && changes.length === 3) changes.push(remove({ edges: [spot.into] }));
  open.document.apply(withPlaces(open, together(...changes)));
  select([id]);
  say(t(changes.length > 1 ? "say.addedJoined" : "say.added", { kind: kind.title }));
  choose(open, id);
  return id;
}

/** Draws an edge, or says why not. */
export function join(open: OpenFlow, kinds: Kinds, edge: FlowEdge): boolean {
  const why = refusal(open.document.flow(), kinds, edge);
  if (why) say(why, { bad: true });
  else open.document.apply(connect(edge));
  return why === undefined;
}

export function move(
  open: OpenFlow,
  places: Readonly<Record<string, Place>>,
  gesture = "",
  also = together(),
) {
  open.document.apply(withPlaces(open, together(moveNodes(places), also)), gesture);
}

interface Removing {
  /** What led to the steps goes on to where they led. */
  reconnecting?: boolean;
}

export function removeSelected(open: OpenFlow, kinds: Kinds, { reconnecting = false }: Removing = {}) {
  const { selected, edges } = stage.getState();
  const flow = open.document.flow();
  const gone = flow.edges.filter((edge) =>
    edges.includes(`${edge.from}:${outputOf(edge, flow, kinds)}>${edge.to}`),
  );
  const nodes = withMembers(flow, selected).filter((id) => isThere(flow, id));
  if (nodes.length + gone.length === 0) return;
  const mayJoin = (now: Flow, edge: FlowEdge) => refusal(now, kinds, edge) === undefined;
  const around = reconnecting ? removeAndReconnect(nodes, mayJoin) : remove({ nodes, edges: gone });
  open.document.apply(around);
  select([]);
  choose(open, undefined);
  say(nodes.length > 0 ? t("say.removed", { count: nodes.length }) : t("say.disconnected"));
}

/** Whether a node, note or group of that id is in the flow. */
const isThere = (flow: Flow, id: string) => id in flow.layout || flow.nodes.some((node) => node.id === id);

/** The chosen nodes as text for the clipboard; undefined when none is. */
export function clipText(open: OpenFlow): string | undefined {
  const flow = open.document.flow();
  const chosen = stage.getState().selected.filter((id) => isThere(flow, id));
  if (chosen.length === 0) return undefined;
  return JSON.stringify(clipOf(flow, chosen, currentPlaces(open)), null, 2);
}

/** Adds nodes from clipboard text; says so when there are none in it. One undo step. */
export function pasteText(open: OpenFlow, text: string, at?: Place) {
  const clip = readClip(text);
  if (!clip) return say(t("say.notPasted"), { bad: true });
  const places = currentPlaces(open);
  const corner = cornerOf(clip);
  let spot = at ?? { x: corner.x + 32, y: corner.y + 32 };
  const taken = (place: Place) =>
    Object.values(places).some(({ x, y }) => Math.abs(x - place.x) < 8 && Math.abs(y - place.y) < 8);
  while (taken(spot)) spot = { x: spot.x + 32, y: spot.y + 32 };
  const { change, ids } = paste(open.document.flow(), clip, spot);
  const { conditions = {} } = change(open.document.flow());
  if (Object.keys(conditions).length > maxConditions)
    return say(t("conditions.full", { max: maxConditions }), { bad: true });
  open.document.apply(withPlaces(open, change));
  select(ids);
  say(t("say.pasted", { count: ids.length }));
}

export function duplicate(open: OpenFlow) {
  const text = clipText(open);
  if (text) pasteText(open, text);
}

export function selectAll(open: OpenFlow) {
  const { nodes, layout } = open.document.flow();
  select([...nodes.map(({ id }) => id), ...notesIn(layout).map(([id]) => id)]);
}

/** Lays out the chosen nodes where several are chosen, else all. One undo step. */
export function tidy(open: OpenFlow, kinds: Kinds) {
  const { selected } = stage.getState();
  const flow = open.document.flow();
  const ids = withMembers(flow, selected).filter((id) => flow.nodes.some((node) => node.id === id));
  const chosen = ids.length > 1 ? new Set(ids) : undefined;
  const places = tidied(flow, kinds, chosen);
  if (!chosen) return open.document.apply(moveNodes(places));
  const now = currentPlaces(open);
  const [from, to] = [places, now].map((all) => cornerOf({ layout: pick(all, ids) }));
  const shifted = Object.entries(places).map(([id, { x, y }]) => [
    id,
    { x: x + to!.x - from!.x, y: y + to!.y - from!.y },
  ]);
  move(open, Object.fromEntries(shifted));
}

const pick = (places: Readonly<Record<string, Place>>, ids: readonly string[]) =>
  Object.fromEntries(ids.flatMap((id) => (places[id] ? [[id, places[id]]] : [])));
