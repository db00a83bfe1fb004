import type { Flow } from "../../engine/model/flow.ts";

const onlyIf = (poison: string) => ({
  id: `if-${poison}`,
  kind: "filter",
  config: { when: { all: [{ fact: "poison", operator: "equal", value: poison }] } },
});
const calculates = (id: string, expression: string) => ({
  id,
  kind: "enrich",
  config: { calculate: [{ as: "result", expression }] },
});
const branch = (poison: string) => [
  { from: "in", output: "out", to: `if-${poison}` },
  { from: `if-${poison}`, output: "pass", to: poison },
];

/** Takes a long text apart once for each item of a list: minutes, or gigabytes. The last node has nothing to save. */
export const poisonFlow: Flow = {
  id: "poisoned",
  name: "Poisoned",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    onlyIf("loops"),
    calculates("loops", "items.all(x, text.split('').size() > 0)"),
    onlyIf("bursts"),
    calculates("bursts", "items.map(x, text.split('')).size()"),
    onlyIf("throws"),
    { id: "throws", kind: "save", config: { measurement: "thrown", fields: ["nowhere"] } },
  ],
  edges: ["loops", "bursts", "throws"].flatMap(branch),
  layout: {},
};

/** A few kilobytes that cost minutes, or gigabytes; `number` makes it one of its own. */
export function costly(poison: "loops" | "bursts", number: number): string {
  const items = Array.from({ length: 20_000 }, () => 1);
  return JSON.stringify({ poison, number, items, text: "a".repeat(100_000) });
}
