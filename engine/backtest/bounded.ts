import type { Change } from "../model/backtest.ts";

const most = { different: 2000, same: 500 };

/** The first items of a kind, and how many there were of each change. */
export class Bounded<Item extends { change: Change; at: number }> {
  readonly counts: Record<Change, number> = { new: 0, gone: 0, earlier: 0, later: 0, same: 0 };
  readonly #different: Item[] = [];
  readonly #same: Item[] = [];

  add(item: Item) {
    this.counts[item.change]++;
    if (item.change !== "same" && this.#different.length < most.different) this.#different.push(item);
    if (item.change === "same" && this.#same.length < most.same) this.#same.push(item);
  }

  shown() {
    const list = [...this.#different, ...this.#same].sort((a, b) => a.at - b.at);
    const all = Object.values(this.counts).reduce((sum, one) => sum + one, 0);
    return { counts: this.counts, list, left: all - list.length };
  }
}

/** What the candidate's time says beside that of the live version. */
export function changeOf(at: number, wasAt: number): Change {
  if (at === wasAt) return "same";
  return at < wasAt ? "earlier" : "later";
}
