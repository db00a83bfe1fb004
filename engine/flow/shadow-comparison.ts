import type { Told, Verdict } from "../model/candidate.ts";
import type { CommandEffect, ComparedEffect, Effect } from "../model/effect.ts";
import type { ShadowPlan } from "./compile.ts";
import { type Deed, deedsOf } from "./deeds.ts";
import type { Entry } from "./entry.ts";
import { nextEffectId, type Run, touch } from "./outcome.ts";
import { begunRef, begunTag, shadowRef } from "./shadow.ts";
import { nearest, pairEqual, verdictOf } from "./timeline.ts";
import { visit } from "./visit.ts";

type Side = "live" | "shadow";
/** A deed without a counterpart yet. Short names: it is stored for the device. */
interface Free {
  /** It is the live version's. */
  l?: 1;
  w: Deed["what"];
  s: string;
  a: number;
  n: string;
  c?: string;
  /** Id of the effect that told of it. */
  i: string;
}

/** Of a device and shadow; beyond that the oldest find no counterpart any more. */
const maxFree = 50;
/** What is forwarded to a key comes from several lanes, not quite in order of time. */
const slackMs = 60_000;

/**
 * Compares what the shadows wanted done at an entry with what the live versions did, sends on what shadows forward, and
 * drops the rest. `from`: index of the first effect of the entry.
 */
export function compareShadows(run: Run, shadow: Run, entry: Entry, from: number) {
  const live = run.outcome.effects.slice(from);
  const wanted = shadow.outcome.effects.splice(0);
  shadow.outcome.points.length = 0;
  if (live.length === 0 && wanted.length === 0) return;
  for (const plan of run.plan.shadows) {
    const isOf = (effect: Effect) => "flow" in effect && effect.flow === plan.id;
    const [theirs, own] = [live.filter(isOf), wanted.filter(isOf)];
    for (const effect of own)
      if (effect.type === "forward") run.outcome.effects.push({ ...effect, id: nextEffectId(run) });
      else if (effect.type === "command") answer(shadow, plan, effect, theirs);
    const tick = entry.type === "tick" ? entry.at : undefined;
    for (const [device, deeds] of byDevice(deedsOf(theirs, tick), deedsOf(own, tick)))
      compare(run, plan, device, deeds);
  }
}

/**
 * The command of a shadow is not sent, so it has the result of the one that the live version sent at the same message.
 * Where there is none, its node hears at once what that of a repeated command hears, and goes on no further.
 */
function answer(shadow: Run, { id, candidate }: ShadowPlan, command: CommandEffect, live: readonly Effect[]) {
  const { ref, device, node, method, at } = command;
  if (ref === undefined) return;
  const isSent = live.some(
    (it) => it.type === "command" && it.node === node && it.ref === ref && it.device === device,
  );
  const place = shadow.plan.nodeByRef.get(shadowRef(id, candidate, node));
  const context = shadow.outcome.contexts.get(device) ?? shadow.state.contexts.get(device);
  if (isSent || !place?.node.node.result || !context) return;
  const [state, unknown] = ["repeated" as const, { id: null, device: null, deviceName: null, answer: null }];
  const result = { ref, of: 1, state, command: { ...unknown, method, state, reason: null } };
  visit(shadow, place.flow, place.node, { result, at, device: context }, undefined, undefined, undefined);
}

function byDevice(live: readonly Deed[], shadow: readonly Deed[]): Map<string, Record<Side, Deed[]>> {
  const devices = new Map<string, Record<Side, Deed[]>>();
  const note = (side: Side) => (deed: Deed) => {
    const known = devices.get(deed.device) ?? { live: [], shadow: [] };
    devices.set(deed.device, known);
    known[side].push(deed);
  };
  live.forEach(note("live"));
  shadow.forEach(note("shadow"));
  return devices;
}

/** Tells how the deeds of an entry stand to one another, and to what is free from before. */
function compare(run: Run, plan: ShadowPlan, device: string, deeds: Record<Side, Deed[]>) {
  const { withinMs, candidate, prefix } = plan;
  const { outcome, state } = run;
  const deviceName = (outcome.contexts.get(device) ?? state.contexts.get(device))?.name ?? device;
  type Sides = Pick<ComparedEffect, Side | "instead">;
  const tell = ({ what, subject, at }: Deed, verdict: Verdict, sides: Sides) => {
    const id = nextEffectId(run);
    const about = { id, device, deviceName, at, candidate, what, subject, verdict };
    outcome.effects.push({ type: "compared", ...about, ...sides });
    return id;
  };
  const tellPair = (deed: Deed, live: Told, shadow: Told, instead?: ComparedEffect["instead"]) => {
    const verdict = verdictOf(momentOf(live), momentOf(shadow), {});
    tell(deed, verdict, { live: told(live), shadow: told(shadow), ...(instead && { instead }) });
  };

  const key = touch(run, device);
  const ref = begunRef(prefix);
  let free = (key.n[ref]?.s ?? []) as readonly Free[];
  const left = pairAtOnce(deeds, (live, shadow) => tellPair(live, live, shadow));
  for (const [side, deed] of left) {
    const isLive = side === "live";
    const others = free.filter(
      ({ l, w, s }) => (l === 1) !== isLive && w === deed.what && s === deed.subject,
    );
    const other = others[nearest(others.map(momentOfFree), deed.at, withinMs)];
    if (other) {
      free = free.filter((it) => it !== other);
      const its: Told = toldBefore(other);
      const instead = { id: other.i, verdict: isLive ? ("new" as const) : ("gone" as const) };
      if (isLive) tellPair(deed, deed, its, instead);
      else tellPair(deed, its, deed, instead);
      continue;
    }
    const i = tell(deed, isLive ? "gone" : "new", { [side]: told(deed) });
    free = [...free, freeOf(deed, isLive, i)];
  }
  // Not by the newest: one entry can close windows that lie far apart, and the next one, of the other side, the same ones.
  const since = Math.min(...[...deeds.live, ...deeds.shadow].map(({ at }) => at)) - withinMs - slackMs;
  const kept = free.filter(({ a }) => a >= since).slice(-maxFree);
  key.n[ref] = kept.length > 0 ? { k: begunTag, s: kept } : { k: begunTag };
}

/** Pairs what is about one thing at one time; gives the rest, by side. */
function pairAtOnce(
  { live, shadow }: Record<Side, Deed[]>,
  pair: (live: Deed, shadow: Deed) => void,
): [Side, Deed][] {
  const rest: [Side, Deed][] = [];
  const placeOf = ({ what, subject, at }: Deed) => JSON.stringify([what, subject, at]);
  for (const place of new Set([...live, ...shadow].map(placeOf))) {
    const there = (all: readonly Deed[]) => all.filter((deed) => placeOf(deed) === place);
    const { before, after } = pairEqual(there(live), there(shadow), pair);
    for (const deed of before) rest.push(["live", deed]);
    for (const deed of after) rest.push(["shadow", deed]);
  }
  return rest;
}

const momentOf = ({ at, content }: Told) => ({ raisedAt: at, content });
const momentOfFree = ({ a }: Free) => ({ raisedAt: a });

function told({ at, node, content }: Told): Told {
  return { at, node, ...(content !== undefined && { content }) };
}

function toldBefore({ a, n, c }: Free): Told {
  return { at: a, node: n, ...(c !== undefined && { content: c }) };
}

function freeOf({ what, subject, at, node, content }: Deed, isLive: boolean, id: string): Free {
  return {
    ...(isLive && { l: 1 as const }),
    w: what,
    s: subject,
    a: at,
    n: node,
    ...(content !== undefined && { c: content }),
    i: id,
  };
}
