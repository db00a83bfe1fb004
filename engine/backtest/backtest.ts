import type { Outcome } from "../flow/outcome.ts";
import { planAlone } from "../flow/plan-alone.ts";
import type { Surroundings } from "../flow/surroundings.ts";
import type { BacktestResult, BacktestTotals } from "../model/backtest.ts";
import type { Flow } from "../model/flow.ts";
import { AlarmPairs, type Side } from "./alarm-pairs.ts";
import { Choice, type Recorded } from "./choice.ts";
import { CommandPairs } from "./command-pairs.ts";
import { bucketCount, PointBuckets } from "./point-buckets.ts";
import type { VirtualLane } from "./virtual-lane.ts";
import { World } from "./world.ts";

/** What came within one second, by lane, in the order of each lane. */
export interface RecordedSecond {
  second: number;
  rows: readonly Recorded[];
}

export interface BacktestOrder {
  flow: Flow;
  /** Of `flow`; null: a draft. */
  version: number | null;
  live: { version: number; definition: Flow } | null;
  around: Surroundings;
  /** ms; `to` is excluded. */
  from: number;
  to: number;
  maxAheadMs: number;
}

/** Of how many messages, and up to which virtual time, ms. */
export interface BacktestProgress {
  messages: number;
  at: number;
}

/**
 * Runs a flow over recorded entries in virtual time, and beside it the version that is live: same entries, same ticks,
 * both from empty state, no effect outside. Commands are sent and never answered. Memory holds the state of the devices
 * and what is shown; the rest is counted.
 */
export async function backtest(
  order: BacktestOrder,
  seconds: AsyncIterable<readonly RecordedSecond[]>,
  tell: (progress: BacktestProgress) => void,
): Promise<BacktestResult> {
  const { from, to } = order;
  const findings = new Findings(order);
  const worlds = [worldOf(order, order.flow, order.version ?? 0, findings.side("candidate"))];
  if (order.live)
    worlds.push(worldOf(order, order.live.definition, order.live.version, findings.side("live")));
  const choice = new Choice();
  let messages = 0;
  for await (const group of seconds) {
    for (const { second, rows } of group) {
      const arrivals = choice.of(rows);
      messages += arrivals.length;
      for (const world of worlds) world.take(second, arrivals);
      findings.settle(second * 1000);
    }
    tell({ messages, at: (group.at(-1)?.second ?? 0) * 1000 });
  }
  for (const world of worlds) world.advance(to);
  return { from, to, messages, ...findings.finish() };
}

export function worldOf(
  { around, maxAheadMs }: Pick<BacktestOrder, "around" | "maxAheadMs">,
  flow: Flow,
  version: number,
  heard: (outcome: Outcome, lane: VirtualLane) => void,
): World {
  return new World({ plan: planAlone(flow, around, version), maxAheadMs, heard });
}

/** What two versions did, and how it differs. */
class Findings {
  readonly #from: number;
  readonly #everyMs: number;
  readonly #alarms = new AlarmPairs();
  readonly #commands = new CommandPairs();
  readonly #points: PointBuckets;
  readonly #totals: { candidate: BacktestTotals; live: BacktestTotals | null };
  readonly #raised: Record<Side, number[]>;
  #now = 0;

  constructor({ from, to, version, live }: BacktestOrder) {
    this.#from = from;
    this.#everyMs = Math.max(1000, Math.ceil((to - from) / bucketCount));
    this.#points = new PointBuckets(from, this.#everyMs);
    this.#totals = { candidate: noTotals(version), live: live && noTotals(live.version) };
    this.#raised = { candidate: noBuckets(), live: noBuckets() };
  }

  side(side: Side) {
    const totals = this.#totals[side]!;
    return ({ effects, points }: Outcome, lane: VirtualLane) => {
      totals.points += points.length;
      for (const point of points) this.#points.take(side, point);
      for (const effect of effects) {
        switch (effect.type) {
          case "raise":
            totals.alarms++;
            this.#count(side, effect.at);
            this.#alarms.take(side, effect);
            break;
          case "update":
          case "clear":
            this.#alarms.take(side, effect);
            break;
          case "command": {
            totals.commands++;
            const name = lane.state.contexts.get(effect.device)?.name ?? effect.device;
            this.#commands.take(side, effect, name, this.#now);
            break;
          }
          case "notify":
            totals.notifications++;
            break;
          case "dead-letter":
            totals.deadLetters[effect.reason] = (totals.deadLetters[effect.reason] ?? 0) + 1;
            break;
          case "forward":
          case "attributes":
          case "replayed":
          case "compared":
            break;
          default:
            effect satisfies never;
        }
      }
    };
  }

  settle(now: number) {
    this.#now = now;
    this.#alarms.settle();
    this.#commands.settle(now);
  }

  finish() {
    this.#alarms.finish();
    this.#commands.finish();
    const { candidate, live } = this.#raised;
    return {
      ...this.#totals,
      alarms: this.#alarms.found.shown(),
      commands: this.#commands.found.shown(),
      buckets: { everyMs: this.#everyMs, candidate, live },
      series: this.#points.shown(),
    };
  }

  #count(side: Side, at: number) {
    const bucket = Math.floor((at - this.#from) / this.#everyMs);
    if (bucket >= 0 && bucket < bucketCount) this.#raised[side][bucket]!++;
  }
}

const noBuckets = () => new Array<number>(bucketCount).fill(0);

const noTotals = (version: number | null): BacktestTotals => ({
  version,
  alarms: 0,
  commands: 0,
  notifications: 0,
  points: 0,
  deadLetters: {},
});
