import type { Place } from "../../../engine/model/layout.ts";
import { type Axis, aligned, type Box, distributed, type Side } from "../draft/arrange.ts";
import { together } from "../draft/changes.ts";
import {
  addNote,
  freeName,
  groupNodes,
  groupOf,
  joinGroup,
  leaveGroups,
  withMembers,
} from "../draft/drawn.ts";
import { t } from "../text/text.ts";
import { move, select } from "./editing.ts";
import type { Editing } from "./editing-context.ts";
import { boxesOf, framesOf } from "./frames.ts";
import { currentPlaces } from "./open-flow.ts";
import { say, stage, view } from "./stage.ts";

/** The chosen nodes as boxes; a chosen group stands for its nodes. */
function chosenBoxes({ open, kinds }: Editing) {
  const flow = open.document.flow();
  const chosen = new Set(withMembers(flow, stage.getState().selected));
  return boxesOf(flow, kinds, currentPlaces(open)).filter(({ id }) => chosen.has(id));
}

/** Brings the chosen steps to one line. One undo step. */
export function align(editing: Editing, side: Side) {
  const boxes = chosenBoxes(editing);
  if (boxes.length < 2) return say(t("arrange.chooseTwo"), { bad: true });
  move(editing.open, aligned(boxes, side));
}

/** Gives the chosen steps gaps of one size. One undo step. */
export function distribute(editing: Editing, axis: Axis) {
  const boxes = chosenBoxes(editing);
  if (boxes.length < 3) return say(t("arrange.chooseThree"), { bad: true });
  move(editing.open, distributed(boxes, axis));
}

/** Puts an empty note on the canvas, in the middle of what is seen where no place is given, ready to be written. */
export function newNote({ open }: Editing, at?: Place) {
  const name = freeName(open.document.flow(), "note");
  open.document.apply(addNote(name, at ?? middleOfView()));
  select([name]);
  stage.setState({ writing: name });
}

/** Puts a frame around the chosen steps, ready to be titled. */
export function group(editing: Editing) {
  const { open } = editing;
  const nodes = chosenBoxes(editing).map(({ id }) => id);
  if (nodes.length === 0) return say(t("arrange.chooseOne"), { bad: true });
  const name = freeName(open.document.flow(), "group");
  open.document.apply(groupNodes(name, t("drawn.newGroup"), nodes));
  select([name]);
  stage.setState({ writing: name });
  say(t("say.grouped", { count: nodes.length }));
}

/** Takes the chosen frames away, and chosen steps out of theirs. */
export function ungroup({ open }: Editing) {
  const flow = open.document.flow();
  const chosen = stage.getState().selected.filter((id) => id.startsWith("group:") || groupOf(flow, id));
  if (chosen.length === 0) return say(t("arrange.noGroup"), { bad: true });
  open.document.apply(leaveGroups(chosen));
  select(withMembers(flow, chosen));
  say(t("say.ungrouped"));
}

/** Lets steps whose middle was dropped on a frame into its group, in the same undo step as their move. */
export function moveInto({ open, kinds }: Editing, places: Readonly<Record<string, Place>>, gesture: string) {
  const flow = open.document.flow();
  const now = currentPlaces(open);
  const moved = boxesOf(flow, kinds, { ...now, ...places });
  const alone = moved.filter(({ id }) => places[id] && !groupOf(flow, id)).map(middleOf);
  const joins = framesOf(flow, kinds, now).flatMap(({ id, x, y, width, height }) => {
    const inside = alone.filter((at) => at.x > x && at.y > y && at.x < x + width && at.y < y + height);
    const nodes = inside.map((each) => each.id);
    return nodes.length > 0 ? [joinGroup(id, nodes)] : [];
  });
  move(open, places, gesture, together(...joins));
}

const middleOf = ({ id, x, y, width, height }: Box) => ({ id, x: x + width / 2, y: y + height / 2 });

function middleOfView(): Place {
  const box = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (!box || !view.current) return { x: 0, y: -120 };
  const { x, y } = view.current.screenToFlowPosition({
    x: box.left + box.width / 2,
    y: box.top + box.height / 2,
  });
  return { x: x - 100, y: y - 40 };
}
