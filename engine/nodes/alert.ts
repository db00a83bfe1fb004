import { type Severity, severities } from "../model/alarm.ts";
import type { Wish } from "../model/effect.ts";
import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import { compileCondition, type Test } from "../rules/compile-condition.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import { parseDuration } from "../rules/duration.ts";
import { relaxCondition } from "../rules/relax-condition.ts";
import { compileDetails } from "./alert-details.ts";
import { alertExamples } from "./alert-examples.ts";
import { type AlertTerms, alertRemarks, explainAlert } from "./alert-explain.ts";
import { type AlertConfig, alertConfig } from "./alert-settings.ts";
import { see, trim, type Verdict, type Watch, type Watched, wait } from "./alert-watch.ts";
import { byHelp, shownBy } from "./by.ts";
import { hold, release } from "./held.ts";
import { defineKind, type Explained, type Node, type Step } from "./kind.ts";
import { compileText, shownSetting } from "./setting.ts";

const nothing: Step = {};
const maxIdentities = 100;

/** Raises one alarm for a device and clears it again. */
export const alert = defineKind({
  kind: "alert",
  version: 1,
  title: "Alert",
  group: "Act",
  icon: "bell",
  summary: "Raises an alarm when a condition comes true, and clears it later.",
  help: `Each device has at most one active alarm of this node. The alarm is raised by the first message that meets
**raise**, and cleared by the first later message that meets **clear**. Only these messages go on, by **raised** and
**cleared**, and those that change the severity, by **updated**; all others end here, so nothing behind this node happens
twice.

Give *clear* a condition of its own with some distance to *raise*, such as below 20 and above 30, or a **hysteresis**, or an
alarm at the limit comes and goes with every reading. Without *clear*, the alarm is cleared by any message for which no
condition to raise holds. That includes messages in which the field is **missing**, **null** or of the **wrong type**: when a
device sends several kinds of messages, give *clear* a condition, or put a *filter* in front. **Infinite** numbers are
compared as numbers and left out of the details.

When an operator clears the alarm, the next message that meets *raise* raises a new one.

- **Other severities** have conditions of their own, and the most severe that holds counts. While the alarm is active, its
  severity steps up and down with them; when none holds, and the alarm is not cleared, it stays as it is.
- **Hysteresis** moves the limits of "below" and "above" once a condition has come true: above 30 with 2 is over at 28. Limits
  taken from other fields do not move.
- **Held for**: a condition counts once all messages for that long have met it. When the device falls silent meanwhile, the
  clock decides: what the last message said is taken to last.
- **Repeated**: a condition counts when so many messages have met it within the time. Once it counts, the next message that
  does not meet it ends it.
- **Clear after**: it must be over for so long, by messages or by the clock, before the alarm clears.
- **Flapping**: raised so often within the time, the alarm carries \`flapping\` in its details, and clears only when it has been
  over for that time.
- **One alarm for each** value of an expression, such as a tank or a lane: the value stands behind the name of the alarm. When
  the expression fails, the message becomes a dead letter. Of a device 100 values are watched; beyond that those
  without an active alarm are forgotten, the oldest first, and when all are active the message becomes a dead letter.
- **Calculated details** that fail are left out; the alarm comes all the same.

With a setting that has to do with time, a message **older** than the newest one is passed over.

${byHelp}`,
  remembers: {
    active: "Alarm is active",
    v: "Its level",
    t: "Time of the newest message",
    a: "It arrived",
    on: "Levels that hold",
    s: "Condition holds since, by level",
    n: "Condition met, by level",
    c: "Over since",
    r: "Raised lately",
    "h.v": "Newest message",
    h: "",
    w: "Looked at again",
  },
  remarks: alertRemarks,
  outputs: [
    { name: "raised", title: "Raised" },
    { name: "cleared", title: "Cleared" },
    { name: "updated", title: "Severity changed" },
  ],
  config: alertConfig,
  groupsBy: ({ by }) => by,
  memory: ({ identity }) => identity ?? true,
  describe({ type, severity, raise, steps = [], hold, repeat, identity, by }) {
    const levels = [
      `${severity} ${type} when ${describeCondition(raise)}`,
      ...steps.map((step) => `${step.severity} when ${describeCondition(step.when)}`),
    ].join("; ");
    const lasting = hold ? ` for ${hold}` : repeat ? `, ${repeat.times} times in ${repeat.within}` : "";
    return `${levels}${lasting}${identity ? `, for each ${shownSetting(identity)}` : ""}${shownBy(by)}`;
  },
  create(config) {
    const watch = watchOf(config);
    const isPlain = !config.steps?.length && !watch.isTimed && config.identity === undefined;
    return isPlain ? plain(config, watch) : watched(config, watch);
  },
  examples: alertExamples,
});

/** The alert most flows have: one severity, and no sense of time. */
function plain(config: AlertConfig, watch: Watch): Node {
  const { type, severity } = config;
  const [{ holds: raises, stays }] = watch.levels as [Watch["levels"][number]];
  const clears = watch.clears ?? ((values: Values) => !stays(values));
  const detailsOf = compileDetails(config);
  return {
    evaluate(message, state) {
      const { values } = message;
      if (!(state as { active?: boolean } | undefined)?.active) {
        if (!raises(values)) return nothing;
        return {
          state: { active: true },
          wishes: [{ type: "raise", alarm: type, severity, details: detailsOf(message) }],
          out: [["raised", message]],
        };
      }
      if (!clears(values)) return nothing;
      return { state: null, wishes: [{ type: "clear", alarm: type }], out: [["cleared", message]] };
    },
    // Settings before these may have asked for it; without an answer the state would be forgotten.
    tick: () => nothing,
    explain({ message, state }) {
      if (!message) return {};
      const { active } = (state ?? {}) as { active?: true };
      return explainAlert(
        termsOf(config, watch),
        active ? { active, v: 0, on: [0] } : {},
        message,
        undefined,
      );
    },
  };
}

type Outcome = { wish: Wish; out: readonly [output: string, message: Message] } | undefined;

function watched(config: AlertConfig, watch: Watch): Node {
  const detailsOf = compileDetails(config);
  const severityOf = levelsOf(config).map(({ severity }) => severity);
  const outcomeOf = (verdict: Verdict, alarm: string, message: Message): Outcome => {
    if (!verdict) return undefined;
    if (verdict.type === "clear") return { wish: { type: "clear", alarm }, out: ["cleared", message] };
    const details = detailsOf(message);
    if (verdict.isFlapping) details.flapping = true;
    const wish: Wish = { type: verdict.type, alarm, severity: severityOf[verdict.level]!, details };
    return { wish, out: [verdict.type === "raise" ? "raised" : "updated", message] };
  };
  const evaluate = (before: Watched, alarm: string, message: Message) => {
    const seen = see(watch, before, message);
    if (!seen) return undefined;
    if (seen.next.w !== undefined) seen.next.h = hold(message);
    return { next: trim(watch, seen.next), outcome: outcomeOf(seen.verdict, alarm, message) };
  };
  const tick = (before: Watched, alarm: string, now: number, device: Message["device"]) => {
    const { next, verdict } = wait(watch, before, now);
    return { next: trim(watch, next), outcome: outcomeOf(verdict, alarm, release(before.h!, device)) };
  };
  const terms = termsOf(config, watch);
  const explain: Explain = (before, message, now) => explainAlert(terms, before, message, now);
  return config.identity === undefined
    ? single(config.type, { evaluate, tick, explain })
    : manifold(config.type, compileText("identity", config.identity, { max: 128 }), {
        evaluate,
        tick,
        explain,
      });
}

type Evaluate = (
  before: Watched,
  alarm: string,
  message: Message,
) => { next: Watched | undefined; outcome: Outcome } | undefined;
type Tick = (
  before: Watched,
  alarm: string,
  now: number,
  device: Message["device"],
) => { next: Watched | undefined; outcome: Outcome };

type Explain = (before: Watched, message: Message, now: number | undefined) => Explained;
interface One {
  evaluate: Evaluate;
  tick: Tick;
  explain: Explain;
}

const empty: Watched = {};
const isDue = ({ w, h }: Watched, now: number) => w !== undefined && w <= now && h !== undefined;

function single(type: string, { evaluate, tick, explain }: One): Node {
  const stepOf = (next: Watched | undefined, outcome: Outcome): Step => ({
    state: next ?? null,
    wakeAt: next?.w ?? null,
    ...(outcome && { wishes: [outcome.wish], out: [outcome.out] }),
  });
  return {
    evaluate(message, state) {
      const before = (state ?? empty) as Watched;
      const seen = evaluate(before, type, message);
      // Without a sense of time most messages change nothing: then nothing is written.
      if (!seen || (!seen.outcome && isSame(before, seen.next))) return nothing;
      return stepOf(seen.next, seen.outcome);
    },
    tick(now, device, state) {
      const before = (state ?? empty) as Watched;
      if (!isDue(before, now)) return { wakeAt: before.w ?? null };
      const { next, outcome } = tick(before, type, now, device);
      return stepOf(next, outcome);
    },
    explain({ message, tick: now, state }) {
      const before = (state ?? empty) as Watched;
      return explainOne(explain, before, message, now);
    },
  };
}

/** By the clock it is the newest message that still counts. */
function explainOne(
  explain: Explain,
  before: Watched,
  message: Message | undefined,
  now: number | undefined,
) {
  if (message) return explain(before, message, undefined);
  return before.h && now !== undefined ? explain(before, release(before.h, nobody), now) : {};
}
const nobody: Message["device"] = { id: "", name: "", profile: "", attributes: {}, revision: 0 };

function manifold(
  type: string,
  identityOf: (message: Message) => string,
  { evaluate, tick, explain }: One,
): Node {
  type All = Record<string, Watched>;
  const alarmOf = (identity: string) => `${type} (${identity})`;
  const wakeOf = (all: All) => {
    let wakeAt: number | null = null;
    for (const { w } of Object.values(all))
      if (w !== undefined && (wakeAt === null || w < wakeAt)) wakeAt = w;
    return wakeAt;
  };
  const stateOf = (all: All) => (Object.keys(all).length > 0 ? all : null);
  return {
    evaluate(message, state) {
      // In front of the name, so that one of digits keeps its place and none is a name that objects have.
      const identity = `:${identityOf(message)}`;
      const before = (state ?? {}) as All;
      const seen = evaluate(before[identity] ?? empty, alarmOf(identity.slice(1)), message);
      if (!seen || (!seen.outcome && isSame(before[identity] ?? empty, seen.next))) return nothing;
      const all: All = Object.assign({}, before);
      delete all[identity];
      if (seen.next) {
        makeRoom(all);
        all[identity] = seen.next;
      }
      const { outcome } = seen;
      return {
        state: stateOf(all),
        wakeAt: wakeOf(all),
        ...(outcome && { wishes: [outcome.wish], out: [outcome.out] }),
      };
    },
    tick(now, device, state) {
      const all: All = Object.assign({}, state as All | undefined);
      const outcomes: NonNullable<Outcome>[] = [];
      for (const [identity, before] of Object.entries(all)) {
        if (!isDue(before, now)) continue;
        const { next, outcome } = tick(before, alarmOf(identity.slice(1)), now, device);
        if (next) all[identity] = next;
        else delete all[identity];
        if (outcome) outcomes.push(outcome);
      }
      return {
        state: stateOf(all),
        wakeAt: wakeOf(all),
        wishes: outcomes.map(({ wish }) => wish),
        out: outcomes.map(({ out }) => out),
      };
    },
    cleared(alarm, state) {
      const all: All = Object.assign({}, state as All | undefined);
      for (const identity of Object.keys(all)) if (alarmOf(identity.slice(1)) === alarm) delete all[identity];
      return stateOf(all);
    },
    explain({ message, tick: now, state, left, wish }) {
      const all = (state ?? {}) as All;
      const alarm = wish && "alarm" in wish ? wish.alarm : undefined;
      const identity = message
        ? `:${identityOf(message)}`
        : Object.keys(all).find(
            (id) => alarmOf(id.slice(1)) === alarm || (left && all[id]!.h?.i === left.id),
          );
      return explainOne(explain, all[identity ?? ""] ?? empty, message, now);
    },
  };
}

function makeRoom(all: Record<string, Watched>) {
  const identities = Object.keys(all);
  if (identities.length < maxIdentities) return;
  const oldest = identities.find((identity) => !all[identity]!.active);
  if (oldest === undefined)
    throw new Error(
      `The device has ${maxIdentities} active alarms of this node already; choose an identity that takes fewer values.`,
    );
  delete all[oldest];
}

function isSame(before: Watched, next: Watched | undefined): boolean {
  if (next?.t !== undefined) return false;
  return (
    before.active === next?.active && before.v === next?.v && `${before.on ?? ""}` === `${next?.on ?? ""}`
  );
}

/** The conditions with their severities, the most severe first. */
function levelsOf({ severity, raise, steps = [] }: AlertConfig) {
  const levels: { severity: Severity; when: AlertConfig["raise"] }[] = [{ severity, when: raise }, ...steps];
  return levels.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

const termsOf = (config: AlertConfig, watch: Watch): AlertTerms => ({
  watch,
  levels: levelsOf(config).map(({ when }) => when),
  clear: config.clear,
  hysteresis: config.hysteresis,
});

function watchOf(config: AlertConfig): Watch {
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
