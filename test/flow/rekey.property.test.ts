import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import type { ForwardEffect } from "../../engine/model/effect.ts";
import { laneOf } from "../../engine/model/lane.ts";
import type { Message } from "../../engine/model/message.ts";
import type { Point } from "../../engine/model/point.ts";

const laneCount = 3;
const startMs = 1_700_000_000_000;
const minuteMs = 60_000;
const measures = { count: "count", sum: "sum", min: "min", max: "max" } as const;

/** Per road and minute, whatever comes in whatever order within an hour. */
const plan = compilePlan([
  {
    version: 1,
    definition: {
      id: "roads",
      name: "Roads",
      schema: 1,
      nodes: [
        { id: "in", kind: "input", config: {} },
        {
          id: "minute",
          kind: "aggregate",
          config: {
            by: "road",
            lateness: "1h",
            window: { size: "1m" },
            values: Object.keys(measures).map((fn) => ({ fn, as: fn, of: "v" })),
          },
        },
        { id: "kept", kind: "save", config: { measurement: "roads", fields: Object.keys(measures) } },
      ],
      edges: [
        { from: "in", output: "out", to: "minute" },
        { from: "minute", output: "window", to: "kept" },
      ],
      layout: {},
    },
  },
]);

interface Reading {
  device: number;
  at: number;
  ts: number;
  v: number;
}
const roadOf = (device: number) => `R${device % 3}`;
const reading = fc.record({
  device: fc.nat(7),
  gap: fc.nat(20_000),
  /** Negative: the device's clock is ahead. */
  back: fc.integer({ min: -100_000, max: 200_000 }),
  v: fc.integer({ min: -100, max: 100 }),
});

function entryOf({ device, at, ts, v }: Reading, n: number): Entry {
  const id = `d${device}`;
  return {
    type: "upload",
    device: id,
    upload: "telemetry",
    arrivedAt: at,
    payload: JSON.stringify({ ts, values: { v, n } }),
    binary: false,
    id: "",
    checkId: false,
    context: { id, name: id, profile: "p", attributes: { road: roadOf(device) }, revision: 1 },
  };
}

/** A lane as one owner after the other works it: each finds only what is stored. */
class Lane {
  readonly queue: Entry[] = [];
  readonly outbox: ForwardEffect[] = [];
  /** Of the outbox, so many are known to be delivered. */
  delivered = 0;
  readonly points: Point[] = [];
  /** What the grouping node took: by sender, in order. */
  readonly taken = new Map<string, number[]>();
  readonly #lane: number;
  readonly #stored = new Map<string, string>();
  readonly #wakes = new Map<string, string>();
  #sequence = 0;

  constructor(lane: number) {
    this.#lane = lane;
  }

  work(size: number, isRetried: boolean) {
    const batch = this.queue.slice(0, size);
    if (batch.length === 0) return;
    // A batch whose commit failed is evaluated again, from what is stored.
    if (isRetried) this.#evaluate(batch);
    const { outcome, changes } = this.#evaluate(batch);
    this.queue.splice(0, size);
    put(this.#stored, changes.state);
    put(this.#wakes, changes.wakes);
    this.#sequence = outcome.sequence;
    this.points.push(...outcome.points);
    for (const effect of outcome.effects) {
      expect(effect.type).toBe("forward");
      if (effect.type === "forward") this.outbox.push(effect);
    }
    for (const step of outcome.trace!)
      if (step.node === "minute" && "values" in step.in) this.#note(step.in, batch);
  }

  #evaluate(batch: Entry[]) {
    const state = new LaneState();
    state.sequence = this.#sequence;
    state.takeOwn(LaneState.ownKeys.map((key) => this.#stored.get(key)));
    for (const [device, at] of this.#wakes) state.wakes.set(device, Number(at));
    for (const device of state.missing(batch))
      state.take(
        device,
        LaneState.keysOf(device).map((key) => this.#stored.get(key)),
      );
    const options = { lane: this.#lane, maxAheadMs: 1e9, plan, compile: () => plan, trace: true };
    const outcome = run(options, state, batch);
    return { outcome, changes: state.merge(outcome) };
  }

  #note({ id, values }: Message, batch: Entry[]) {
    const forward = batch.find(
      (entry) => entry.type === "forward" && entry.message.id === id,
    ) as ForwardEffect;
    const sender = `${forward.sender}`;
    this.taken.set(sender, [...(this.taken.get(sender) ?? []), values.n as number]);
  }
}

function put(stored: Map<string, string>, changes: readonly string[]) {
  for (let i = 0; i < changes.length; i += 2)
    if (changes[i + 1] === "") stored.delete(changes[i]!);
    else stored.set(changes[i]!, changes[i + 1]!);
}

/** What an owner does: it begins with what is not known to be delivered, or before that, and leaves nothing out. */
function deliver(lanes: readonly Lane[], from: Lane, { back, count }: { back: number; count: number }) {
  const begin = Math.max(0, from.delivered - back);
  const end = Math.min(from.outbox.length, from.delivered + count);
  for (const forward of from.outbox.slice(begin, end))
    lanes[laneOf(forward.key.id, laneCount)]!.queue.push(forward);
  from.delivered = Math.max(from.delivered, end);
}

const action = fc.oneof(
  fc.record({ work: fc.nat(laneCount - 1), size: fc.integer({ min: 1, max: 5 }), isRetried: fc.boolean() }),
  fc.record({ from: fc.nat(laneCount - 1), back: fc.nat(4), count: fc.integer({ min: 1, max: 6 }) }),
);

/** Said as simply as it can be. */
function naive(readings: readonly Reading[]) {
  const windows = new Map<string, number[]>();
  for (const { device, at, ts, v } of readings) {
    const key = `road ${roadOf(device)} ${Math.floor(Math.min(ts, at) / minuteMs) * minuteMs + minuteMs}`;
    windows.set(key, [...(windows.get(key) ?? []), v]);
  }
  return [...windows]
    .map(([key, all]) => ({
      key,
      count: all.length,
      sum: all.reduce((sum, v) => sum + v, 0),
      min: Math.min(...all),
      max: Math.max(...all),
    }))
    .sort(byKey);
}
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);

test("however lanes are cut into batches, evaluated again and their forwards repeated, each road's minutes are counted once and in order", () => {
  fc.assert(
    fc.property(
      fc.array(reading, { maxLength: 40 }),
      fc.array(action, { maxLength: 60 }),
      (steps, actions) => {
        let at = startMs;
        const readings = steps.map(({ device, gap, back, v }): Reading => {
          at += gap;
          return { device, at, ts: at - back, v };
        });
        const lanes = Array.from({ length: laneCount }, (_, lane) => new Lane(lane));
        for (const [n, one] of readings.entries())
          lanes[laneOf(`d${one.device}`, laneCount)]!.queue.push(entryOf(one, n));
        for (const each of actions) {
          if ("work" in each) lanes[each.work]!.work(each.size, each.isRetried);
          else deliver(lanes, lanes[each.from]!, each);
        }
        const settle = () => {
          while (lanes.some(({ queue, outbox, delivered }) => queue.length > 0 || delivered < outbox.length))
            for (const lane of lanes) {
              lane.work(100, false);
              deliver(lanes, lane, { back: 0, count: 100 });
            }
        };
        settle();
        for (const { queue } of lanes) queue.push({ type: "tick", at: at + 7_200_000 });
        settle();

        const kept = lanes.flatMap(({ points }) => points);
        expect(
          kept.map(({ tags, ts, fields }) => ({ key: `${tags.device} ${ts}`, ...fields })).sort(byKey),
        ).toEqual(naive(readings));
        for (const { taken } of lanes)
          for (const [sender, numbers] of taken) {
            expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
            expect(new Set(numbers).size, sender).toBe(numbers.length);
          }
        const count = lanes.flatMap(({ taken }) => [...taken.values()].flat()).length;
        expect(count).toBe(readings.length);
      },
    ),
    { numRuns: 1000 },
  );
});
