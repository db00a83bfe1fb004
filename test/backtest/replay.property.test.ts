import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { convert } from "../../engine/archive/convert.ts";
import { listSpools } from "../../engine/archive/places.ts";
import { readArchive } from "../../engine/archive/read.ts";
import { Spool } from "../../engine/archive/spool.ts";
import type { RecordedSecond } from "../../engine/backtest/backtest.ts";
import { VirtualLane } from "../../engine/backtest/virtual-lane.ts";
import { keyLane, World } from "../../engine/backtest/world.ts";
import type { Plan } from "../../engine/flow/compile.ts";
import type { Outcome } from "../../engine/flow/outcome.ts";
import { planAlone } from "../../engine/flow/plan-alone.ts";
import { earliestWake, LaneState } from "../../engine/flow/state.ts";
import type { DeviceContext } from "../../engine/model/device.ts";
import type { ForwardEffect } from "../../engine/model/effect.ts";
import { encodeEntry } from "../../engine/pipeline/frame.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { bySecond, flows, lanes, type Shipped, type TapeRow, tape } from "./shipped-flows.ts";

const maxAheadMs = 3_600_000;
const planOf = ({ flow }: Shipped) => planAlone(flow, { flows }, 3);

/** What comes of a tape: by lane, each effect and each point as the bytes that would be committed. */
class Committed {
  readonly #lanes = new Map<number, { effects: string[]; points: string[] }>();

  readonly add = ({ effects, points }: Outcome, { number }: VirtualLane) => {
    const lane = this.#lanes.get(number) ?? { effects: [], points: [] };
    for (const effect of effects) lane.effects.push(JSON.stringify(effect));
    for (const point of points) lane.points.push(JSON.stringify(point));
    if (effects.length + points.length > 0) this.#lanes.set(number, lane);
  };

  get shown() {
    return [...this.#lanes].sort(([a], [b]) => a - b);
  }
}

/** In one thread, in whole seconds. */
function whole(plan: Plan, seconds: readonly RecordedSecond[], end: number) {
  const committed = new Committed();
  const world = new World({ plan, maxAheadMs, heard: committed.add });
  for (const { second, rows } of seconds) world.take(second, rows);
  world.advance(end);
  return committed.shown;
}

interface Forwarded {
  second: number;
  /** What ticks forward comes before what entries of the second do. */
  phase: 0 | 1;
  lane: number;
  forwards: ForwardEffect[];
}
interface Schedule {
  batch: number;
  /** After so many seconds its owner is killed, and another one goes on from what was stored. */
  crashAfter: number;
}

/** One lane by itself, as a thread that owns it alone works it. */
class Owner {
  readonly forwarded: Forwarded[] = [];
  readonly plan: Plan;
  readonly number: number;
  readonly schedule: Schedule;
  readonly committed: Committed;
  #lane: VirtualLane;
  #steps = 0;

  constructor(plan: Plan, number: number, schedule: Schedule, committed: Committed) {
    this.plan = plan;
    this.number = number;
    this.schedule = schedule;
    this.committed = committed;
    this.#lane = this.#open();
  }

  take({ second, rows }: RecordedSecond) {
    if (++this.#steps === this.schedule.crashAfter) this.#crash();
    this.advance(second * 1000);
    for (const outcome of this.#lane.take(
      second,
      rows.map(({ entry }) => entry),
    ))
      this.#heard(outcome, second, 1);
  }

  advance(to: number) {
    for (let at = this.#lane.nextTick; at !== undefined && at <= to; at = this.#lane.nextTick)
      this.#heard(this.#lane.tick(), at / 1000, 0);
  }

  #heard(outcome: Outcome, second: number, phase: 0 | 1) {
    this.committed.add(outcome, this.#lane);
    const forwards = outcome.effects.filter((effect) => effect.type === "forward");
    if (forwards.length > 0) this.forwarded.push({ second, phase, lane: this.number, forwards });
  }

  #crash() {
    const stored = encodeState(this.#lane.state);
    this.#lane = this.#open({ state: decodeState(stored), free: this.#lane.free });
  }

  #open(resumed?: { state: LaneState; free: number }) {
    const { plan, number: lane, schedule } = this;
    return new VirtualLane({ lane, plan, maxAheadMs, batch: schedule.batch }, resumed);
  }
}

function encodeState({ sequence, replayed, received, contexts, keys, recent }: LaneState): string {
  return JSON.stringify({
    ...{ sequence, replayed, received: [...received] },
    ...{ contexts: [...contexts], keys: [...keys], recent: [...recent] },
  });
}

function decodeState(text: string): LaneState {
  const stored = JSON.parse(text);
  const state = new LaneState();
  Object.assign(state, { sequence: stored.sequence, replayed: stored.replayed });
  state.received = new Map(stored.received);
  const [contexts, keys, recent] = [new Map(stored.contexts), new Map(stored.keys), new Map(stored.recent)];
  for (const device of new Set([...contexts.keys(), ...keys.keys(), ...recent.keys()]) as Set<string>) {
    const text = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));
    const ids = recent.get(device) as string | undefined;
    state.take(device, [text(contexts.get(device)), text(keys.get(device)), ids]);
    const key = state.keys.get(device);
    if (key) state.wakes.set(device, earliestWake(key));
  }
  return state;
}

/** Every lane by its own owner, one after the other; then what they forwarded, put together, in the lane of keys. */
function apart(plan: Plan, rows: readonly TapeRow[], end: number, schedules: readonly Schedule[]) {
  const committed = new Committed();
  const scheduleOf = (i: number) => schedules[i % schedules.length]!;
  const forwarded: Forwarded[] = [];
  for (let i = 0; i < lanes; i++) {
    // Whichever comes first must not matter.
    const number = (i + scheduleOf(0).batch) % lanes;
    const owner = new Owner(plan, number, scheduleOf(i), committed);
    for (const second of bySecond(rows.filter(({ lane }) => lane === number))) owner.take(second);
    owner.advance(end);
    forwarded.push(...owner.forwarded);
  }
  forwarded.sort((a, b) => a.second - b.second || a.phase - b.phase || a.lane - b.lane);
  const keys = new Owner(plan, keyLane, scheduleOf(lanes), committed);
  for (const { second, forwards } of forwarded) {
    keys.take({ second, rows: forwards.map((entry) => ({ lane: keyLane, entry })) });
    goOn(keys);
  }
  keys.advance(end);
  return committed.shown;
}

/** What the lane of keys forwards to other keys comes to itself. */
function goOn(keys: Owner) {
  for (let next = keys.forwarded.splice(0); next.length > 0; next = keys.forwarded.splice(0))
    for (const { second, forwards } of next)
      keys.take({ second, rows: forwards.map((entry) => ({ lane: keyLane, entry })) });
}

const schedule = fc.record({ batch: fc.integer({ min: 1, max: 9 }), crashAfter: fc.nat(30) });

test("the same tape gives the same bytes, whatever the batches, the threads, the owners and their crashes", () => {
  let effects = 0;
  let forwarded = 0;
  fc.assert(
    fc.property(
      tape,
      fc.array(schedule, { minLength: 1, maxLength: 5 }),
      ({ shipped, rows, end }, schedules) => {
        const plan = planOf(shipped);
        expect(plan.broken).toEqual([]);
        const expected = whole(plan, bySecond(rows), end);
        forwarded += expected.filter(([number]) => number === keyLane).length;
        effects += expected.reduce((sum, [, lane]) => sum + lane.effects.length + lane.points.length, 0);
        expect(apart(plan, rows, end, schedules)).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
  // Nothing would be proven by tapes of which nothing comes.
  expect(effects).toBeGreaterThan(300);
  expect(forwarded).toBeGreaterThan(5);
});

test("what threads spool in any batches, with lanes that move between them, is read as the same tape", async () => {
  await fc.assert(
    fc.asyncProperty(
      tape,
      fc.array(fc.record({ size: fc.integer({ min: 1, max: 8 }), thread: fc.nat(2), again: fc.boolean() }), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.boolean(),
      async ({ shipped, rows, end }, cuts, isConverted) => {
        const archive = tempFolder("replay");
        await spoolRows(archive, rows, cuts);
        if (isConverted)
          for (const file of await listSpools(archive)) {
            await convert(file, archive);
            rmSync(file);
          }
        const read: RecordedSecond[] = [];
        for await (const group of readArchive({ folder: archive }, { from: 0, to: end })) read.push(...group);
        rmSync(archive, { recursive: true });
        const plan = planOf(shipped);
        expect(whole(plan, read, end)).toEqual(whole(plan, bySecond(rows), end));
      },
    ),
    { numRuns: 40 },
  );
});

type Cut = { size: number; thread: number; again: boolean };

async function spoolRows(archive: string, rows: readonly TapeRow[], cuts: readonly Cut[]) {
  const spools = [0, 1, 2].map(
    (thread) =>
      new Spool({ folder: join(archive, "spool", `p${thread}`), name: `t${thread}`, counted() {}, log() {} }),
  );
  const contexts = new Map<string, DeviceContext>();
  let cut = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const own = rows.filter((row) => row.lane === lane);
    for (let at = 0; at < own.length; cut++) {
      const { size, thread, again } = cuts[cut % cuts.length]!;
      const entries = own.slice(at, at + size).map(({ entry }) => entry);
      for (const entry of entries)
        if ("context" in entry && entry.context) contexts.set(entry.device as string, entry.context);
      const frames = entries.map(encodeEntry).join("");
      const kept = { lane, sequence: own[at]!.sequence - 1, frames, entries, contexts, condemned: undefined };
      spools[thread]!.add(kept);
      if (again) spools[(thread + 1) % 3]!.add(kept);
      at += size;
    }
  }
  for (const spool of spools) await spool.close();
}
