import { titleAt } from "../../../engine/flow/title-at.ts";
import type { Place } from "../../../engine/flow/vary.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Value } from "../../../engine/model/value.ts";
import { type Kinds, present } from "../flows/kind-info.ts";
import { kindOf, nameOf } from "../flows/outputs.ts";

import { conditionSentence } from "../form/condition-words.ts";
import { t } from "../text/text.ts";
import { humanise } from "../ui/words.ts";

/** A number in the settings of a step or in a named condition. */
export interface Adjustable {
  key: string;
  place: Place;
  value: number;
  /** "Is it a jam?: Raise, avgSpeed is below 20" */
  label: string;
}

/** All numbers in the settings of a flow's steps, in the order of the steps, and in its named conditions. */
export function adjustables(flow: Flow, kinds: Kinds): Adjustable[] {
  const named = Object.entries(flow.conditions ?? {}).flatMap(([name, condition]) =>
    numbersIn(condition, []).map(({ path, value, sentence }) => ({
      key: JSON.stringify([{ condition: name }, ...path]),
      place: { condition: name, path },
      value,
      label: [t("condition.named", { name }), sentence].filter(Boolean).join(": "),
    })),
  );
  const own = flow.nodes.flatMap((node) => {
    const { config } = present(node);
    const schema = kindOf(node, kinds).config;
    return numbersIn(config, []).map(({ path, value, sentence }) => {
      const title = titleAt(schema, path.join(".")) ?? humanise(String(path[0]));
      const label = `${nameOf(node)}: ${[title, sentence].filter(Boolean).join(", ")}`;
      return { key: JSON.stringify([node.id, ...path]), place: { node: node.id, path }, value, label };
    });
  });
  return [...own, ...named];
}

interface Found {
  path: (string | number)[];
  value: number;
  /** Of the comparison that it stands in. */
  sentence?: string | undefined;
}

function numbersIn(value: Value | undefined, path: (string | number)[]): Found[] {
  if (typeof value === "number") return [{ path, value }];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one, i) => numbersIn(one, [...path, i]));
  const sentence = "operator" in value ? conditionSentence({ all: [value] }) : undefined;
  return Object.entries(value).flatMap(([name, part]) =>
    numbersIn(part, [...path, name]).map((found) => ({ ...found, sentence: found.sentence ?? sentence })),
  );
}

/** The values from first to last, by step; floating point leaves no tails. */
export function valuesOf({ first, last, step }: { first: number; last: number; step: number }): number[] {
  if (!(step > 0) || !(last > first)) return [];
  const count = Math.floor((last - first) / step + 1e-9) + 1;
  return Array.from({ length: Math.min(count, 1000) }, (_, i) => Number((first + i * step).toPrecision(12)));
}

/** A range around a number to begin with, in some ten to twenty steps. */
export function rangeAround(value: number): { first: number; last: number; step: number } {
  if (value === 0) return { first: -5, last: 5, step: 1 };
  const size = Math.abs(value);
  const rough = size / 10;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((one) => one >= rough * 0.7)!;
  const round = (n: number) => Number((Math.round(n / step) * step).toPrecision(12));
  return {
    first: round(value - 6 * step),
    last: round(value + 6 * step),
    step: Number(step.toPrecision(12)),
  };
}
