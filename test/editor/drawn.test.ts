import { expect, test } from "vitest";
import { moveNodes, remove, together } from "../../editor/src/draft/changes.ts";
import { clipOf, paste, readClip } from "../../editor/src/draft/clip.ts";
import {
  addNote,
  freeName,
  groupNodes,
  groupOf,
  joinGroup,
  leaveGroups,
  retitle,
  withMembers,
  writeNote,
} from "../../editor/src/draft/drawn.ts";
import { merge } from "../../editor/src/draft/merge.ts";
import { compareFlows, isOtherwise } from "../../engine/flow/compare.ts";
import { validateFlow } from "../../engine/flow/validate.ts";
import { flowSchema } from "../../engine/model/flow.ts";
import { places, roads } from "./flows.ts";

const noted = addNote("note:1", { x: 10.4, y: -90 }, "Why 30?")(roads);
const grouped = groupNodes("group:1", "Slow roads", ["slow", "keep", "gone"])(noted);

test("a note and a group stand in the layout, and the flow is valid and runs as before", () => {
  expect(grouped.layout["note:1"]).toEqual({ x: 10, y: -90, text: "Why 30?" });
  expect(grouped.layout["group:1"]).toEqual({ title: "Slow roads", nodes: ["slow", "keep"] });
  expect(grouped.nodes).toBe(roads.nodes);
  expect(flowSchema.safeParse(grouped).success).toBe(true);
  expect(validateFlow(grouped).problems).toEqual(validateFlow(roads).problems);
  const changes = compareFlows(roads, grouped);
  expect([changes.annotated, isOtherwise(changes)]).toEqual([true, false]);
});

test("a note is written and moved, a group titled", () => {
  const flow = together(
    writeNote("note:1", "Because"),
    moveNodes({ "note:1": { x: 5, y: 6 } }),
    retitle("group:1", "All slow"),
  )(grouped);
  expect(flow.layout["note:1"]).toEqual({ x: 5, y: 6, text: "Because" });
  expect(flow.layout["group:1"]).toMatchObject({ title: "All slow" });
  expect(writeNote("note:9", "x")(flow)).toBe(flow);
});

test("a node is in one group at most; a group that loses its last node is gone", () => {
  const twice = groupNodes("group:2", "Kept", ["keep"])(grouped);
  expect(groupOf(twice, "keep")).toBe("group:2");
  expect(withMembers(twice, ["group:1", "in"])).toEqual(["slow", "in"]);
  const joined = joinGroup("group:1", ["keep"])(twice);
  expect(joined.layout["group:2"]).toBeUndefined();
  expect(withMembers(joined, ["group:1"])).toEqual(["slow", "keep"]);
  expect(leaveGroups(["group:1"])(joined).layout).toEqual(noted.layout);
  expect(remove({ nodes: ["slow", "keep"] })(joined).layout).toEqual({
    in: places.in,
    "note:1": noted.layout["note:1"],
  });
});

test("notes and groups are copied with their nodes and pasted under new names", () => {
  const clip = readClip(JSON.stringify(clipOf(grouped, ["group:1", "note:1"], places)))!;
  const { change, ids } = paste(grouped, clip, { x: 100, y: 100 });
  const flow = change(grouped);
  expect(ids).toEqual(["slow2", "keep2", "note:2"]);
  expect(flow.layout["group:2"]).toEqual({ title: "Slow roads", nodes: ["slow2", "keep2"] });
  expect(flow.layout["note:2"]).toEqual({ x: 100, y: 100, text: "Why 30?" });
  expect(flow.layout.slow2).toEqual({ x: 390, y: 190 });
  expect(freeName(flow, "group")).toBe("group:3");
  expect(flowSchema.safeParse(flow).success).toBe(true);
});

test("notes of two people are both kept, and a node that one took out leaves the group", () => {
  const mine = addNote("note:2", { x: 0, y: 0 }, "mine")(grouped);
  const theirs = remove({ nodes: ["keep"] })(grouped);
  const { flow } = merge(grouped, mine, theirs);
  expect(flow.layout["note:2"]).toMatchObject({ text: "mine" });
  expect(flow.layout["group:1"]).toMatchObject({ nodes: ["slow"] });
});

test.each([
  ["note", { x: 0, y: 0, text: "?" }, 'holds a note, so its name must begin with "note:"'],
  ["here", { title: "?", nodes: [] }, 'holds a group, so its name must begin with "group:"'],
  ["note:1", { x: 0, y: 0 }, "holds a place alone"],
  ["note:1", [1, 2], "does not fit"],
])("a layout entry %s of another form is a problem", (name, drawn, said) => {
  const { problems } = validateFlow({ ...roads, layout: { [name]: drawn } });
  expect(problems.map(({ code }) => code)).toEqual(["invalid_form"]);
  expect(problems[0]?.message).toContain(said);
});
