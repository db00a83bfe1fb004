import "./english.ts";
import { expect, test } from "vitest";
import * as z from "zod";
import { adjustables } from "../../editor/src/backtest/numbers.ts";
import { ownProblems } from "../../editor/src/conditions/own-problems.ts";
import { configure, together } from "../../editor/src/draft/changes.ts";
import { clipOf, paste, readClip } from "../../editor/src/draft/clip.ts";
import {
  freeConditionName,
  nameCondition,
  renameCondition,
  usersOf,
  writeOutCondition,
  wrongName,
} from "../../editor/src/draft/conditions.ts";
import { openDocument } from "../../editor/src/draft/draft.ts";
import { fileText, readFlowFile } from "../../editor/src/draft/flow-file.ts";
import { merge } from "../../editor/src/draft/merge.ts";
import { fixOf } from "../../editor/src/flows/fixes.ts";
import { type Kinds, kindSchema } from "../../editor/src/flows/kind-info.ts";
import { problemsOf } from "../../editor/src/flows/problems.ts";
import { conditionOf, groupOf, pathOf } from "../../editor/src/form/clauses.ts";
import { settingWords } from "../../editor/src/form/setting-words.ts";
import { varied } from "../../engine/flow/vary.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { places, roads } from "./flows.ts";

const kindInfo: Kinds = new Map(
  nodeKinds.map((kind) => {
    const config = z.toJSONSchema(kind.config, { io: "input", unrepresentable: "any" });
    return [kind.kind, kindSchema.parse(JSON.parse(JSON.stringify({ ...kind, config })))];
  }),
);
const below = (value: number) => ({ all: [{ fact: "speed", operator: "lessThan", value }] });
const jam = { condition: "jam" };
/** The filter uses a name, which uses another. */
const named: Flow = together(
  nameCondition("slow", below(30)),
  nameCondition("jam", {
    all: [{ condition: "slow" }, { fact: "count", operator: "greaterThan", value: 9 }],
  }),
  configure("slow", { when: { not: jam } }),
)(roads);
const when = (flow: Flow, id = "slow") => flow.nodes.find((node) => node.id === id)?.config.when;

test("a name is given to a condition and used in its place by one step back", () => {
  const document = openDocument(roads);
  document.apply(together(nameCondition("jam", below(30)), configure("slow", { when: jam })));
  expect(document.flow()).toMatchObject({ conditions: { jam: below(30) } });
  expect(problemsOf(document.flow())).toEqual([]);
  document.undo();
  expect(document.flow()).toEqual(roads);
});

test("another name is taken over wherever the old one is used", () => {
  const renamed = renameCondition("slow", "creeping")(named);
  expect(Object.keys(renamed.conditions!)).toEqual(["creeping", "jam"]);
  expect(renamed.conditions!.jam).toMatchObject({ all: [{ condition: "creeping" }, {}] });
  expect(when(renameCondition("jam", "rush hour")(named))).toEqual({ not: { condition: "rush hour" } });
});

test("what stands beside a name, which is wrong, is not lost when another is renamed, and the rest is not touched", () => {
  const odd = { condition: "jam", any: [{ condition: "slow" }] };
  const flow = configure("slow", { when: odd })(named);
  expect(when(renameCondition("slow", "creeping")(flow))).toEqual({
    ...odd,
    any: [{ condition: "creeping" }],
  });
  expect(when(renameCondition("jam", "rush hour")(flow))).toEqual({ ...odd, condition: "rush hour" });
  expect(when(renameCondition("none", "other")(flow))).toBe(when(flow));
});

test("what is deleted is written out where it was used, and without conditions the flow says nothing of them", () => {
  const once = writeOutCondition("jam")(named);
  expect(when(once)).toEqual({ not: named.conditions!.jam });
  expect(Object.keys(once.conditions!)).toEqual(["slow"]);
  const twice = writeOutCondition("slow")(once);
  expect(Object.keys(twice)).not.toContain("conditions");
  expect(when(twice)).toEqual({
    not: { all: [below(30), { fact: "count", operator: "greaterThan", value: 9 }] },
  });
  expect(problemsOf(twice)).toEqual([]);
});

test("who uses a condition is a step or another condition, each for itself", () => {
  expect(usersOf(named, "slow")).toEqual({ nodes: [], conditions: ["jam"] });
  expect(usersOf(named, "jam").nodes.map(({ id }) => id)).toEqual(["slow"]);
});

test("a name has words, and is had once", () => {
  expect(["", "  ", "a".repeat(65), "a\tb", "__proto__"].map((text) => wrongName(text, []))).toEqual(
    Array(5).fill("form"),
  );
  expect(wrongName(" jam ", ["jam"])).toBe("taken");
  expect(wrongName("Stoßzeit", ["jam"])).toBeUndefined();
  expect(freeConditionName("jam", new Set(["jam", "jam 2"]))).toBe("jam 3");
  expect(freeConditionName("a".repeat(64), new Set(["a".repeat(64)]))).toBe(`${"a".repeat(62)} 2`);
});

test("a group that is one name alone is the name", () => {
  expect(conditionOf({ mode: "all", parts: [jam] })).toEqual(jam);
  expect(conditionOf({ mode: "none", parts: [jam] })).toEqual({ not: jam });
  expect(groupOf(jam)).toEqual({ mode: "all", parts: [jam] });
  expect(groupOf({ not: jam })).toEqual({ mode: "none", parts: [jam] });
  expect([pathOf(jam, 0), pathOf({ not: jam }, 0), pathOf({ any: [jam] }, 0)]).toEqual([
    "",
    ".not",
    ".any[0]",
  ]);
});

test("a name reads in quotes where a condition stands, and as it is elsewhere", () => {
  expect(settingWords({ not: jam }, { widget: "condition" })).toBe('not "jam"');
  expect(settingWords({ condition: "open" }, { widget: "params" })).toBe("Condition: open");
});

test("problems of a condition are said in its own form, without its name in front", () => {
  const wrong = nameCondition("slow", { all: [{ fact: "speed", operator: "lessThan" }] })(named);
  expect(ownProblems(problemsOf(wrong), "slow")).toMatchObject([
    { path: "condition.all[0].value", said: 'Give the "value" to compare with.' },
  ]);
  expect(ownProblems(problemsOf(wrong), "jam")).toEqual([]);
});

test("a name that the flow does not have is mended by the nearest that it has", () => {
  const wrong = configure("slow", { when: { any: [{ condition: "jem" }, below(3)] } })(named);
  const [problem] = problemsOf(wrong);
  const fix = fixOf(problem!, wrong, kindInfo)!;
  expect(fix.label).toBe('Use "jam"');
  expect(when(fix.change!(wrong))).toEqual({ any: [jam, below(3)] });
  const far = configure("slow", { when: { condition: "quite another" } })(named);
  expect(fixOf(problemsOf(far)[0]!, far, kindInfo)).toBeUndefined();
});

test("numbers in named conditions can be varied like those in settings", () => {
  const found = adjustables(named, kindInfo).filter(({ place }) => "condition" in place);
  expect(found.map(({ label, value }) => [label, value])).toEqual([
    ['"slow": speed is below 30', 30],
    ['"jam": count is above 9', 9],
  ]);
  expect(varied(named, found[0]!.place, 12)!.conditions).toEqual({ ...named.conditions, slow: below(12) });
});

test("conditions changed by two people are both as each made them", () => {
  const mine = nameCondition("slow", below(20))(named);
  const theirs = nameCondition("wet", below(50))(named);
  const { flow, clashes } = merge(named, mine, theirs);
  expect(flow.conditions).toEqual({ ...named.conditions, slow: below(20), wet: below(50) });
  expect(clashes).toEqual([]);
});

test("a condition that both changed is mine, and named", () => {
  const { flow, clashes } = merge(
    named,
    nameCondition("slow", below(20))(named),
    nameCondition("slow", below(10))(named),
  );
  expect(flow.conditions!.slow).toEqual(below(20));
  expect(clashes).toEqual(["slow"]);
});

test("a condition that one took out stays while a step of the other uses it, else it is gone", () => {
  const unused = configure("slow", { when: below(30) })(named);
  const gone = writeOutCondition("jam")(unused);
  expect(Object.keys(merge(unused, unused, gone).flow.conditions!)).toEqual(["slow"]);
  const uses = configure("slow", { when: jam })(unused);
  expect(merge(unused, uses, gone).flow.conditions).toEqual(named.conditions);
  const none = writeOutCondition("slow")(gone);
  expect(Object.keys(merge(unused, unused, none).flow)).not.toContain("conditions");
});

test("a condition that one took out stays while a condition of the other uses it", () => {
  const base = nameCondition("a", below(1))(roads);
  const theirs = nameCondition("c", { any: [{ condition: "a" }, below(9)] })(base);
  const { flow } = merge(base, writeOutCondition("a")(base), theirs);
  expect(flow.conditions).toEqual(theirs.conditions);
  expect(problemsOf(flow)).toEqual([]);
});

test("conditions that both added under one name are both kept, and steps mean what they meant", () => {
  const mine = together(nameCondition("wet", below(1)), nameCondition("both", below(7)))(roads);
  const theirs = together(
    nameCondition("wet", below(2)),
    nameCondition("both", below(7)),
    nameCondition("worse", { not: { condition: "wet" } }),
    configure("slow", { when: { condition: "wet" } }),
  )(roads);
  const { flow, clashes, apart } = merge(roads, mine, theirs);
  expect(flow.conditions).toEqual({
    wet: below(1),
    both: below(7),
    "wet 2": below(2),
    worse: { not: { condition: "wet 2" } },
  });
  expect(when(flow)).toEqual({ condition: "wet 2" });
  expect([clashes, apart]).toEqual([[], ["wet 2"]]);
});

test("one that both added alike is set apart too where it uses one that they added otherwise", () => {
  const added = (value: number) =>
    together(nameCondition("wet", below(value)), nameCondition("dry", { not: { condition: "wet" } }))(roads);
  const { flow, apart } = merge(roads, added(1), added(2));
  expect(flow.conditions).toEqual({
    ...added(1).conditions,
    "wet 2": below(2),
    "dry 2": { not: { condition: "wet 2" } },
  });
  expect(apart).toEqual(["wet 2", "dry 2"]);
});

test("conditions may be called as objects call what they have", () => {
  const theirs = nameCondition("constructor", below(1))(roads);
  const mine = nameCondition("toString", below(2))(roads);
  expect(merge(roads, mine, theirs)).toMatchObject({
    flow: { conditions: { constructor: below(1), toString: below(2) } },
    clashes: [],
  });
  expect(merge(theirs, theirs, roads).flow.conditions).toBeUndefined();
});

const clip = (flow: Flow) => readClip(JSON.stringify(clipOf(flow, ["slow"], places)))!;
const pasted = (into: Flow, from = named) => {
  const { change, ids } = paste(into, clip(from), { x: 0, y: 100 });
  const flow = change(into);
  return { conditions: flow.conditions, when: when(flow, ids[0]), problems: problemsOf(flow) };
};
const elsewhere: Flow = { ...roads, id: "elsewhere", nodes: roads.nodes.slice(0, 1), edges: [] };

test("copied steps bring the conditions that they use, and those that these use, and no others", () => {
  const more = nameCondition("wet", below(1))(named);
  expect(clip(more).conditions).toEqual(named.conditions);
  expect(clip(roads).conditions).toBeUndefined();
  expect(pasted(elsewhere)).toMatchObject({ conditions: named.conditions, when: { not: jam } });
});

test("where a flow means the same by a name, pasting adds nothing", () => {
  expect(pasted(named)).toMatchObject({ conditions: named.conditions, when: { not: jam } });
});

test("where a flow means something else by a name, what is pasted gets another name and means what it meant", () => {
  const here = nameCondition("slow", below(5))(elsewhere);
  expect(pasted(here)).toMatchObject({
    conditions: {
      slow: below(5),
      "slow 2": below(30),
      jam: { all: [{ condition: "slow 2" }, { fact: "count" }] },
    },
    when: { not: jam },
  });
  const both = nameCondition("jam", named.conditions!.jam)(here);
  expect(pasted(both)).toMatchObject({
    conditions: { jam: named.conditions!.jam, "jam 2": { all: [{ condition: "slow 2" }, {}] } },
    when: { not: { condition: "jam 2" } },
  });
});

test("pasted again, steps use what came with them before", () => {
  const here = together(nameCondition("slow", below(5)), nameCondition("jam", below(6)))(elsewhere);
  const once = paste(here, clip(named), { x: 0, y: 100 }).change(here);
  expect(Object.keys(once.conditions!)).toEqual(["slow", "jam", "slow 2", "jam 2"]);
  expect(pasted(once).when).toEqual({ not: { condition: "jam 2" } });
  expect(pasted(once).conditions).toEqual(once.conditions);
  const first = nameCondition("slow", below(5))(elsewhere);
  const twice = paste(first, clip(named), { x: 0, y: 100 }).change(first);
  expect(pasted(twice).conditions).toEqual(twice.conditions);
});

test("a flow file keeps its conditions; those that cannot be kept are told of", () => {
  expect(readFlowFile(fileText(named))).toEqual({ flow: named, findings: [] });
  const odd = { ...named, conditions: { ...named.conditions, " x": below(1), y: 3 } };
  const { flow, findings } = readFlowFile(JSON.stringify(odd));
  expect(flow?.conditions).toEqual(named.conditions);
  expect(findings).toEqual([
    { type: "condition-left-out", name: " x" },
    { type: "condition-left-out", name: "y" },
  ]);
  for (const conditions of [[below(1)], "jam", null])
    expect(readFlowFile(JSON.stringify({ ...roads, conditions }))).toEqual({
      flow: roads,
      findings: [{ type: "conditions-left-out" }],
    });
});
