import type { BacktestCommand } from "../model/backtest.ts";
import type { CommandEffect } from "../model/effect.ts";
import type { Side } from "./alarm-pairs.ts";
import { Bounded, changeOf } from "./bounded.ts";

/** The same command of both sides, when no more than this lies between. */
const pairMs = 5 * 60_000;
const sweepMs = 60_000;

interface Waiting {
  side: Side;
  item: BacktestCommand;
  /** In virtual time, ms. */
  since: number;
}

/** Compares commands of two versions: the same device, method and parameters, at most five minutes apart, are the same. */
export class CommandPairs {
  readonly found = new Bounded<BacktestCommand>();
  /** What has no counterpart yet, by what it asks for; all of one side. */
  readonly #waiting = new Map<string, Waiting[]>();
  #sweptAt = 0;

  take(side: Side, effect: CommandEffect, name: string, now: number) {
    const { device, method, params, node, at } = effect;
    const key = JSON.stringify([device, method, params, effect.to ?? null]);
    const waiting = this.#waiting.get(key) ?? [];
    // The nearest one: an older one more likely has no counterpart.
    const other = waiting[0]?.side === side ? undefined : waiting.pop();
    const change = side === "candidate" ? "new" : "gone";
    const item: BacktestCommand = { change, device, name, node, method, at };
    if (!other) waiting.push({ side, item, since: now });
    if (waiting.length > 0) this.#waiting.set(key, waiting);
    else this.#waiting.delete(key);
    if (!other) return;
    const [mine, theirs] = side === "candidate" ? [item, other.item] : [other.item, item];
    mine.change = changeOf(mine.at, theirs.at);
    if (mine.at !== theirs.at) mine.wasAt = theirs.at;
    this.found.add(mine);
  }

  /** Gives up on what has waited for too long at `now`, ms of virtual time. */
  settle(now: number) {
    if (now - this.#sweptAt < sweepMs) return;
    this.#sweptAt = now;
    for (const [key, waiting] of this.#waiting) {
      const left = waiting.filter(({ since }) => now - since < pairMs);
      for (const { item } of waiting.slice(0, waiting.length - left.length)) this.found.add(item);
      if (left.length > 0) this.#waiting.set(key, left);
      else this.#waiting.delete(key);
    }
  }

  finish() {
    this.settle(Number.POSITIVE_INFINITY);
  }
}
