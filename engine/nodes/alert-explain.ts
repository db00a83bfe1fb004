import type { Reason } from "../model/cause.ts";
import type { Message } from "../model/message.ts";
import type { Condition } from "../rules/condition.ts";
import { decideCondition } from "../rules/decide-condition.ts";
import { relaxCondition } from "../rules/relax-condition.ts";
import { see, type Watch, type Watched, wait } from "./alert-watch.ts";
import type { Explained, Taken } from "./kind.ts";

export const alertRemarks = {
  since: "this for {lastingMs}, since {sinceAt}",
  repeated: "this {times} times within {withinMs}",
  flapping: "it comes and goes",
  over: "this for {lastingMs}, since {overAt}",
} as const;

/** The settings that an explanation looks at; levels in the order of the watch. */
export interface AlertTerms {
  watch: Watch;
  levels: readonly Condition[];
  clear: Condition | undefined;
  hysteresis: number | undefined;
}

/** Why the alarm changed, by this message, or by the clock when it was the newest one. */
export function explainAlert(
  { watch, levels, clear, hysteresis }: AlertTerms,
  before: Watched,
  message: Message,
  tick: number | undefined,
): Explained {
  const { values } = message;
  const verdict = (tick === undefined ? see(watch, before, message) : wait(watch, before, tick))?.verdict;
  if (!verdict) return {};
  const at = tick === undefined ? message.ts : before.t! + Math.max(0, tick - before.a!);
  const stays = (when: Condition) =>
    hysteresis === undefined ? when : (relaxCondition(when, hysteresis) ?? when);
  const held: Taken[] = tick === undefined ? [] : [{ id: message.id, ts: message.ts, values }];
  if (verdict.type === "clear") {
    const over = clear
      ? decideCondition(clear, values)
      : levels.flatMap((when) => decideCondition(stays(when), values));
    return { reasons: [...over, ...lasting(alertRemarks.over, "overAt", before.c, at)], messages: held };
  }
  const level = verdict.level;
  const when = levels[level]!;
  const isMet = watch.levels[level]!.holds(values);
  const reasons: Reason[] = decideCondition(isMet ? when : stays(when), values);
  if (watch.holdMs > 0) reasons.push(...lasting(alertRemarks.since, "sinceAt", before.s?.[level], at));
  const { repeat } = watch;
  const hits = (repeat && before.n?.[level]?.filter((ts) => at - ts < repeat.withinMs)) ?? [];
  if (repeat && hits.length > 0)
    reasons.push({
      text: alertRemarks.repeated,
      with: { times: hits.length + 1, withinMs: repeat.withinMs },
    });
  if (verdict.isFlapping) reasons.push({ text: alertRemarks.flapping, with: {} });
  return { reasons, messages: [...hits.map((ts) => ({ ts, values: {} })), ...held] };
}

function lasting(text: string, name: string, since: number | undefined, at: number): Reason[] {
  return since === undefined || since === at
    ? []
    : [{ text, with: { lastingMs: at - since, [name]: since } }];
}
