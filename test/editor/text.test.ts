import "./english.ts";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { de as deBacktest } from "../../editor/src/backtest/texts-de.ts";
import { en as enBacktest } from "../../editor/src/backtest/texts-en.ts";
import { kindSchema, withTitles } from "../../editor/src/flows/kind-info.ts";
import { problemsOf } from "../../editor/src/flows/problems.ts";
import { conditionSentence } from "../../editor/src/form/condition-words.ts";
import { readDuration } from "../../editor/src/form/duration-text.ts";
import { de, deKinds, deProblems } from "../../editor/src/text/de.ts";
import { deHelp } from "../../editor/src/text/de-help.ts";
import { deThings } from "../../editor/src/text/de-things.ts";
import { en } from "../../editor/src/text/en.ts";
import { enThings } from "../../editor/src/text/en-things.ts";
import { translateKind } from "../../editor/src/text/kind-texts.ts";
import { saidIn, speak, t } from "../../editor/src/text/text.ts";
import { ago, rate, span, words } from "../../editor/src/ui/words.ts";
import { placeBrought } from "../../engine/flow/brought.ts";
import { remarks as generalRemarks } from "../../engine/flow/cause.ts";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Flow, FlowEdge, FlowNode } from "../../engine/model/flow.ts";
import type { Values } from "../../engine/model/value.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { roads } from "./flows.ts";

const german = () =>
  speak("de", "de-DE", { texts: de as Record<string, string>, kinds: deKinds, problems: deProblems });
afterEach(() => speak("en", "en-GB"));

const places = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(([place]) => place).sort();

test("help calls outputs as the canvas does", () => {
  const filter = nodeKinds.find(({ kind }) => kind === "filter")!;
  expect(withTitles(filter)).toContain("leaves by **Condition holds**, otherwise by\n**It does not**");
});

test.each<[part: string, english: Record<string, string>, german: Record<string, string>]>([
  ["the first part", en, de],
  ["tables and channels", enThings, deThings],
  ["backtests", enBacktest, deBacktest],
])("every text of the page is there in German, with the same places to fill in: %s", (_, english, german) => {
  expect(Object.keys(english).filter((key) => !german[key])).toEqual([]);
  expect(Object.keys(german).filter((key) => !(key in english))).toEqual([]);
  const other = Object.entries(english).filter(
    ([key, text]) => `${places(text)}` !== `${places(german[key]!)}`,
  );
  expect(other).toEqual([]);
});

/** Titles, descriptions and named choices in a JSON Schema. */
function textsIn(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap(textsIn);
  const {
    title,
    description,
    examples: _,
    default: __,
    enum: choices,
    widget,
    properties = {},
    ...inner
  } = schema as Record<string, unknown>;
  const named = widget === undefined && Array.isArray(choices) ? choices.map(String) : [];
  const words = named.filter((choice) => /^[a-z]{3,}/.test(choice)).map((choice) => `=${choice}`);
  const own = [title, description].filter((text) => typeof text === "string");
  // A setting may itself be called "title".
  return [
    ...own,
    ...words,
    ...[...Object.values(properties as object), ...Object.values(inner)].flatMap(textsIn),
  ];
}

describe("German texts of kinds", () => {
  test.each(nodeKinds)("$kind is told whole: title, summary, outputs, memory and settings", (kind) => {
    const schema = z.toJSONSchema(kind.config, { io: "input", unrepresentable: "any" });
    const outputs = kind.outputs.map(({ title }) => title);
    const memory = Object.values(kind.remembers ?? {}).filter((text) => text !== "");
    const remarks = Object.values({ ...generalRemarks, ...kind.remarks });
    const texts = [kind.title, kind.summary, ...outputs, ...memory, ...remarks, ...textsIn(schema)];
    expect(texts.filter((text) => deKinds[text] === undefined)).toEqual([]);
  });

  test("none is left over of what kinds no longer say", () => {
    const said = nodeKinds.flatMap((kind) => [
      kind.title,
      kind.summary,
      ...kind.outputs.map(({ title }) => title),
      ...Object.values(kind.remembers ?? {}),
      ...Object.values({ ...generalRemarks, ...kind.remarks }),
      ...textsIn(z.toJSONSchema(kind.config, { io: "input", unrepresentable: "any" })),
    ]);
    expect(Object.keys(deKinds).filter((text) => !said.includes(text))).toEqual([]);
  });

  test("the help of every kind is told, and no other", () => {
    expect(Object.keys(deHelp).sort()).toEqual(nodeKinds.map(({ kind }) => `help ${kind}`).sort());
  });

  test("a kind without texts stays English", () => {
    const alien = {
      kind: "alien",
      title: "Alien",
      group: "Act",
      icon: "alien",
      summary: "New.",
      help: "Help.",
      outputs: [],
    };
    const told = translateKind(kindSchema.parse(alien), deKinds);
    expect(told).toEqual(alien);
    expect(translateKind(kindSchema.parse(alien), undefined)).toEqual(alien);
  });
});

test("numbers, spans, times and conditions follow the language", async () => {
  expect([span(90_000), rate(1234), words(1234.5), t("problems.count", { count: 2 })]).toEqual([
    "1.5 minutes",
    "1.2k/s",
    "1,234.5",
    "2 problems",
  ]);
  await german();
  expect([span(90_000), rate(1234), words(1234.5), t("problems.count", { count: 2 })]).toEqual([
    "1,5 Minuten",
    "1,2k/s",
    "1.234,5",
    "2 Probleme",
  ]);
  expect(ago("2026-01-01T00:00:00Z", Date.UTC(2026, 0, 3))).toBe("vor 2 Tagen");
  const slow = { fact: "speed", operator: "lessThan", value: 20 };
  expect(conditionSentence({ all: [slow, { not: slow }] })).toBe(
    "speed liegt unter 20 und nicht speed liegt unter 20",
  );
  expect([readDuration("5 Minuten"), readDuration("1,5 Std."), readDuration("2 Tage")]).toEqual([
    "5m",
    "90m",
    "2d",
  ]);
});

/** A command behind windows by road, where no device is left to send it to. */
const byRoad: Flow = {
  ...roads,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "sum",
      kind: "aggregate",
      config: {
        by: "road",
        window: { type: "tumbling", size: "1m" },
        values: [{ of: "speed", fn: "avg", as: "v" }],
      },
    },
    { id: "tell", kind: "command", config: { method: "setLimit" } },
  ],
  edges: [
    { from: "in", to: "sum" },
    { from: "sum", output: "out", to: "tell" },
  ],
};

/** Flows with every sort of problem that an author meets. */
function brokenFlows(): Flow[] {
  const withNode = (node: FlowNode) => ({ ...roads, nodes: [...roads.nodes, node] });
  const withEdge = (edge: FlowEdge) => ({ ...roads, edges: [...roads.edges, edge] });
  return [
    { ...roads, nodes: roads.nodes.slice(1), edges: [] },
    ...nodeKinds.map(({ kind }) => withNode({ id: "new", kind, config: {} })),
    ...nodeKinds.map(({ kind }) => withNode({ id: "new", kind, config: { colour: "red" } })),
    withNode({ id: "new", kind: "savee", config: {} }),
    withNode({ id: "keep", kind: "save", config: { measurement: 5 } }),
    withNode({ id: "new", kind: "save", config: { measurement: "" } }),
    withNode({ id: "new", kind: "aggregate", config: { window: { type: "rolling" }, values: [] } }),
    ...(
      [
        {},
        { who: "named" },
        { who: "selection" },
        { who: "selection", attribute: "zone" },
        { who: "selection", profile: "sign", equals: 5 },
      ] as Values[]
    ).map((to) => withNode({ id: "new", kind: "command", config: { method: "setLimit", to } })),
    withNode({ id: "new", kind: "command", config: { method: "=" } }),
    withNode({ id: "new", kind: "command", config: { method: "m".repeat(200) } }),
    withNode({ id: "new", kind: "input", config: { types: [] } }),
    withNode({ id: "new", kind: "alert", config: { by: "my road" } }),
    withNode({ id: "new", kind: "alert", config: { by: "r".repeat(70) } }),
    byRoad,
    withNode({ id: "new", kind: "calculate", config: { calculate: [{ as: "x", expression: "speed *" }] } }),
    withEdge({ from: "slow", output: "drop", to: "gone" }),
    withEdge({ from: "slow", output: "up", to: "keep" }),
    withEdge({ from: "slow", to: "keep" }),
    withEdge({ from: "keep", to: "slow" }),
    withEdge({ from: "slow", output: "drop", to: "in" }),
    withEdge({ from: "slow", output: "drop", to: "slow" }),
    withEdge(roads.edges[0]!),
    ...namedWrong.map((conditions) => ({
      ...withNode({ id: "new", kind: "filter", config: { when: { condition: "jem" } } }),
      ...(conditions && { conditions }),
    })),
    withNode({ id: "new", kind: "filter", config: { when: { condition: "jam", all: [] } } }),
    withNode({ id: "new", kind: "filter", config: { when: { condition: "" } } }),
  ];
}

const manyNamed = (count: number, of: (n: number) => object): Conditions =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`c${n}`, of(n)])) as Conditions;
type Conditions = NonNullable<Flow["conditions"]>;
const namedWrong: (Conditions | undefined)[] = [
  undefined,
  { jam: { all: [] } },
  manyNamed(9, () => ({ all: [] })),
  manyNamed(101, () => ({ all: [] })),
  { jem: { condition: "jem" }, " x": { all: [] } },
  { jem: { condition: "jem" } },
  manyNamed(20, (n) => ({ not: n === 0 ? { all: [] } : { condition: `c${n - 1}` } })),
];

test("what is wrong with a flow is said in German", async () => {
  await german();
  const said = new Set(brokenFlows().flatMap((flow) => problemsOf(flow).map((problem) => problem.said)));
  expect(said.size).toBeGreaterThan(30);
  const english = /\b(is|must|the|has|needs|cannot|give|take|choose|such as|there|missing|node|edge)\b/i;
  expect([...said].filter((sentence) => english.test(sentence.replace(/["„`][^"“`]*["“`]/g, "")))).toEqual(
    [],
  );
});

test("no text stands in the code of the page instead of here", () => {
  const root = join(import.meta.dirname, "../../editor/src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".tsx"),
  );
  expect(files.length).toBeGreaterThan(50);
  const shown = files.flatMap((file) => {
    const source = readFileSync(join(root, file), "utf8");
    const texts = [
      ...source.matchAll(/(?:label|title|placeholder|aria-label|description)="([^"]*[A-Za-z]{3}[^"]*)"/g),
      ...source.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+[^<>{}=;]*)</g),
    ];
    return texts.map(([, text]) => `${file}: ${text}`);
  });
  // Product names and the example of a command are the same in every language.
  expect(shown.filter((text) => !/setLimit|Millrace/.test(text))).toEqual([]);
});

test("why a version cannot take a replay is said in German", async () => {
  await german();
  const flow = (node: FlowNode): Flow => ({ ...roads, nodes: [node], edges: [] });
  const lookup = [{ table: "limits", by: "road", column: "limit" }];
  const nodes: FlowNode[] = [
    { id: "part", kind: "save", config: { measurement: "m" } },
    { id: "keep", kind: "save", config: {} },
    { id: "keep", kind: "enrich", config: { lookup } },
    { id: "keep", kind: "quantum", config: {} },
  ];
  const why = nodes.map((node) => {
    try {
      placeBrought(compilePlan([]), { version: 3, definition: flow(node) }, "keep");
      return "It has no fault.";
    } catch (error) {
      return saidIn((error as Error).message);
    }
  });
  why.push(saidIn('It failed in flow "jam", so a version of flow "roads" cannot take it.'));
  const english = /\b(is|it|the|has|no|cannot|give|choose|missing|node|version of)\b/i;
  expect(why.filter((sentence) => english.test(sentence.replace(/["„`][^"“`]*["“`]/g, "")))).toEqual([]);
});

test("names of conditions that cannot be used are told in German", async () => {
  await german();
  const sentences = [
    "There is no flow here whose conditions could be used by name; write the condition out.",
    'Node "keep": "when": A condition that is used here by its name is wrong; mend it where it is named.',
  ];
  expect(sentences.map(saidIn).filter((said) => /\b(the|is|here|it|whose|where)\b/i.test(said))).toEqual([]);
});

test("what the flows repository could not take is said in German", async () => {
  await german();
  const sentences = [
    'The folder is "jam", the flow in it "jem"; give both one name.',
    "This is not valid JSON: Unexpected token 'o' at line 3, column 3.",
    'There is no version 7 of flow "jam"; name one that there is.',
    "The remote cannot be fetched or pushed for now (HTTP Error: 401 Unauthorized). It is tried again.",
    "The file is gone; the flow and its versions stay. Delete the flow on the page or by DELETE /api/flows/jam, or bring the file back by Git.",
  ];
  expect(sentences.map(saidIn).filter((said) => /\b(the|is|or|give)\b/i.test(said))).toEqual([]);
});
