import { planAlone } from "../flow/plan-alone.ts";
import { numberAt, type Place, varied } from "../flow/vary.ts";
import type { WhatIfResult } from "../model/backtest.ts";
import type { BacktestOrder, BacktestProgress, RecordedSecond } from "./backtest.ts";
import { Choice } from "./choice.ts";
import { World } from "./world.ts";

/** The values that one number is to have. */
export type Vary = Place & { values: number[] };

/** So many run side by side: each remembers its devices. */
const abreast = 8;

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
