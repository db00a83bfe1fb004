import { type Severity, severities } from "../model/alarm.ts";
import { compileCondition, type Test } from "../rules/compile-condition.ts";
import { parseDuration } from "../rules/duration.ts";
import { relaxCondition } from "../rules/relax-condition.ts";
import type { AlertTerms } from "./alert-explain.ts";
import type { AlertConfig } from "./alert-settings.ts";
import type { Watch } from "./alert-watch.ts";

/** The conditions with their severities, the most severe first. */
export function levelsOf({ severity, raise, steps = [] }: AlertConfig) {
  const levels: { severity: Severity; when: AlertConfig["raise"] }[] = [{ severity, when: raise }, ...steps];
  return levels.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

/** What explaining a verdict needs of the settings. */
export const termsOf = (config: AlertConfig, watch: Watch): AlertTerms => ({
  watch,
  levels: levelsOf(config).map(({ when }) => when),
  clear: config.clear,
  hysteresis: config.hysteresis,
});

/** The settings made ready to watch by; throws a sentence for a hysteresis that moves nothing. */
export function watchOf(config: AlertConfig): Watch {
  const { severity, clear, hysteresis, hold, repeat, clearHold, flapping } = config;
  const span = (it: typeof repeat) => it && { times: it.times, withinMs: parseDuration(it.within) };
  let moved = 0;
  const levels = levelsOf(config).map(({ when }) => {
    const holds = compileCondition(when);
    const relaxed = hysteresis === undefined ? undefined : relaxCondition(when, hysteresis);
    if (relaxed) moved++;
    const stays: Test = relaxed ? compileCondition(relaxed) : holds;
    return { holds, stays };
  });
  if (hysteresis !== undefined && moved === 0)
    throw new Error(
      "The hysteresis has no limit to move: no condition compares a field with a number; take it out.",
    );
  return {
    levels,
    base: levelsOf(config).findIndex((level) => level.severity === severity),
    clears: clear && compileCondition(clear),
    holdMs: hold === undefined ? 0 : parseDuration(hold),
    repeat: span(repeat),
    clearHoldMs: clearHold === undefined ? 0 : parseDuration(clearHold),
    flapping: span(flapping),
    isTimed: [hold, repeat, clearHold, flapping].some((it) => it !== undefined),
  };
}
