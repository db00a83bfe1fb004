import type { Wish } from "../model/effect.ts";
import type { Message } from "../model/message.ts";
import { compileDetails } from "./alert-details.ts";
import { explainAlert } from "./alert-explain.ts";
import { levelsOf, termsOf } from "./alert-levels.ts";
import type { AlertConfig } from "./alert-settings.ts";
import { see, trim, type Verdict, type Watch, type Watched, wait } from "./alert-watch.ts";
import { hold, release } from "./held.ts";
import type { Explained, Node, Step } from "./kind.ts";
import { compileText } from "./setting.ts";

const nothing: Step = {};
const maxIdentities = 100;

type Outcome = { wish: Wish; out: readonly [output: string, message: Message] } | undefined;

/** The alert with several severities, a sense of time, or an alarm for each identity. */
export function watched(config: AlertConfig, watch: Watch): Node {
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
