import { planAlone } from "../flow/plan-alone.ts";
import type { WhatIfResult } from "../model/backtest.ts";
import type { Flow } from "../model/flow.ts";
import type { Value } from "../model/value.ts";
import type { BacktestOrder, BacktestProgress, RecordedSecond } from "./backtest.ts";
import { Choice } from "./choice.ts";
import { World } from "./world.ts";

/** A number among a node's settings, and the values that it is to have. */
export interface Vary {
  node: string;
  /** To the number within the node's settings: names, and places in lists from 0. */
  path: (string | number)[];
  values: number[];
}

/** So many run side by side: each remembers its devices. */
const abreast = 8;

/** The flow with another number at that place; undefined where there is none. */
export function varied(
  flow: Flow,
  { node, path }: Pick<Vary, "node" | "path">,
  value: number,
): Flow | undefined {
  if (typeof numberAt(flow, { node, path }) !== "number") return undefined;
  const nodes = flow.nodes.map((one) =>
    one.id === node ? { ...one, config: put(one.config as Value, path, value) as typeof one.config } : one,
  );
  return { ...flow, nodes };
}

/** The number that stands there now. */
export function numberAt(flow: Flow, { node, path }: Pick<Vary, "node" | "path">): number | undefined {
  let at: unknown = flow.nodes.find(({ id }) => id === node)?.config;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return typeof at === "number" ? at : undefined;
}

function put(value: Value, [step, ...rest]: (string | number)[], number: number): Value {
  if (step === undefined) return number;
  if (Array.isArray(value)) return value.map((one, i) => (i === Number(step) ? put(one, rest, number) : one));
  const object = value as Record<string, Value>;
  return { ...object, [step]: put(object[step]!, rest, number) };
}

/**
 * Runs a flow over the same entries once for each value of one number, and counts alarms and commands. `seconds` is asked
 * once for each eight values.
 */
export async function whatIf(
  { flow, around, maxAheadMs, from, to }: BacktestOrder,
  vary: Vary,
  seconds: () => AsyncIterable<readonly RecordedSecond[]>,
  tell: (progress: BacktestProgress) => void,
): Promise<WhatIfResult> {
  const points = vary.values.map((value) => ({ value, alarms: 0, commands: 0 }));
  const passes = Math.ceil(points.length / abreast);
  let messages = 0;
  for (let pass = 0; pass < passes; pass++) {
    const worlds = points.slice(pass * abreast, (pass + 1) * abreast).map((point) => {
      const plan = planAlone(varied(flow, vary, point.value)!, around);
      return new World({
        plan,
        maxAheadMs,
        heard({ effects }) {
          for (const { type } of effects) {
            if (type === "raise") point.alarms++;
            if (type === "command") point.commands++;
          }
        },
      });
    });
    const choice = new Choice();
    messages = 0;
    for await (const group of seconds()) {
      for (const { second, rows } of group) {
        const arrivals = choice.of(rows);
        messages += arrivals.length;
        for (const world of worlds) world.take(second, arrivals);
      }
      const share = ((group.at(-1)?.second ?? 0) * 1000 - from) / (to - from);
      tell({ messages, at: from + ((pass + share) / passes) * (to - from) });
    }
    for (const world of worlds) world.advance(to);
  }
  return { from, to, messages, current: numberAt(flow, vary) ?? null, points };
}
