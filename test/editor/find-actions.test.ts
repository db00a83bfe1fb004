import { expect, test } from "vitest";
import { findActions } from "../../editor/src/ui/find-actions.ts";

const groups = [
  {
    group: "Edit",
    actions: [
      { id: "undo", label: "Undo" },
      { id: "paste", label: "Paste steps" },
    ],
  },
  {
    group: "Add a step",
    actions: [
      { id: "filter", label: "Add Filter", description: "Lets messages pass that meet a condition" },
      { id: "aggregate", label: "Add Aggregate", description: "Sums up messages over time" },
      { id: "save", label: "Add Save", description: "Keeps what an aggregate gives" },
    ],
  },
];

const found = (query: string) =>
  findActions(query, groups).map(({ group, actions }) => [group, ...actions.map(({ id }) => id)]);

test("every word must stand in the name, the description or the group, in any order", () => {
  expect(found("aggr add step")).toEqual([["Add a step", "aggregate", "save"]]);
  expect(found("un fin")).toEqual([]);
  expect(found("messages over")).toEqual([["Add a step", "aggregate"]]);
  expect(found("aggregate undo")).toEqual([]);
});

test("what is named so comes first, with its group", () => {
  expect(found("a pass")).toEqual([["Add a step", "filter"]]);
  expect(found("steps")).toEqual([["Edit", "paste"]]);
  expect(found("ste")).toEqual([
    ["Edit", "paste"],
    ["Add a step", "filter", "aggregate", "save"],
  ]);
  expect(found("aggregate")).toEqual([["Add a step", "aggregate", "save"]]);
});

test("without words everything is there, as it was", () => {
  expect(found(" ")).toEqual([
    ["Edit", "undo", "paste"],
    ["Add a step", "filter", "aggregate", "save"],
  ]);
});
