import type { BacktestAlarm } from "../model/backtest.ts";
import type { ClearEffect, RaiseEffect, UpdateEffect } from "../model/effect.ts";
import { Bounded, changeOf } from "./bounded.ts";

export type Side = "candidate" | "live";
type AlarmEffect = RaiseEffect | UpdateEffect | ClearEffect;

/** One alarm that is active on one side. */
interface Active {
  at: number;
  item: BacktestAlarm;
  isPaired: boolean;
}

/** What one device's alarm of one type is doing on both sides. */
interface Place {
  candidate?: Active | undefined;
  live?: Active | undefined;
  /** Of the second at hand. */
  effects: Record<Side, AlarmEffect[]>;
}

/**
 * Compares alarms of two versions while they run side by side. An alarm of a device and type is the same on both sides
 * when they are active at the same time, each once; it holds in memory what is active alone.
 */
export class AlarmPairs {
  readonly found = new Bounded<BacktestAlarm>();
  readonly #places = new Map<string, Place>();
  readonly #touched = new Set<string>();

  take(side: Side, effect: AlarmEffect) {
    const key = `${effect.alarm} ${effect.device}`;
    let place = this.#places.get(key);
    if (!place) {
      place = { effects: { candidate: [], live: [] } };
      this.#places.set(key, place);
    }
    place.effects[side].push(effect);
    this.#touched.add(key);
  }

  /** The second is over: what both sides did in it is compared. */
  settle() {
    for (const key of this.#touched) {
      const place = this.#places.get(key)!;
      for (const [side, effect] of inOrder(place.effects)) play(place, side, effect, this.found);
      place.effects = { candidate: [], live: [] };
      if (!place.candidate && !place.live) this.#places.delete(key);
    }
    this.#touched.clear();
  }

  /** The range is over: what is still active counts as well. */
  finish() {
    this.settle();
    for (const place of this.#places.values())
      for (const side of ["candidate", "live"] as const) end(place, side, undefined, this.found);
  }
}

/**
 * Each side in its own order, the two side by side by time; at the same time one of each in turn, so that what happened
 * at once on both sides meets.
 */
function inOrder({ candidate, live }: Place["effects"]): [Side, AlarmEffect][] {
  const all = [...timed("candidate", candidate), ...timed("live", live)];
  all.sort((a, b) => a.time - b.time || a.turn - b.turn);
  return all.map(({ side, effect }) => [side, effect]);
}

/** Event times may go back; the order of a side does not. */
function timed(side: Side, effects: AlarmEffect[]) {
  let time = Number.NEGATIVE_INFINITY;
  return effects.map((effect, turn) => {
    time = Math.max(time, effect.at);
    return { side, effect, turn, time };
  });
}

function play(place: Place, side: Side, effect: AlarmEffect, found: AlarmPairs["found"]) {
  const { type, at } = effect;
  if (type === "update") {
    const active = place[side];
    if (active && side === "candidate") active.item.severity = effect.severity;
    return;
  }
  // As the registry takes it: whoever raises anew clears first.
  end(place, side, at, found);
  if (type === "clear") return;
  const { device, deviceName: name, node, alarm, severity } = effect;
  const item: BacktestAlarm = {
    change: side === "candidate" ? "new" : "gone",
    device,
    name,
    node,
    type: alarm,
    severity,
    at,
  };
  place[side] = { at, item, isPaired: false };
  pair(place);
}

function pair({ candidate, live }: Place) {
  if (!candidate || !live || candidate.isPaired || live.isPaired) return;
  candidate.isPaired = true;
  live.isPaired = true;
  candidate.item.change = changeOf(candidate.at, live.at);
  if (candidate.at !== live.at) candidate.item.wasAt = live.at;
}

function end(place: Place, side: Side, at: number | undefined, found: AlarmPairs["found"]) {
  const active = place[side];
  if (!active) return;
  place[side] = undefined;
  // Of a pair the candidate's counts.
  if (active.isPaired && side === "live") return;
  if (at !== undefined) active.item.until = at;
  found.add(active.item);
}
