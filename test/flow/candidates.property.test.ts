import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileCohort } from "../../engine/flow/cohort.ts";
import { deedsOf } from "../../engine/flow/deeds.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import { compareTimelines } from "../../engine/flow/timeline.ts";
import type { Candidate, Cohort } from "../../engine/model/candidate.ts";
import type { ComparedEffect, Effect } from "../../engine/model/effect.ts";
import type { DeployedFlow, Flow } from "../../engine/model/flow.ts";
import { jamFlow } from "../support/jam-flow.ts";
import { type Left, readingAt, runLanes, tickAt } from "../support/lanes.ts";

const present = jamFlow({ command: { kmh: 40 } });
/** What may become of it: other limits, windows, kinds of state, steps that are gone, new or fail. */
const others: Flow[] = [
  present,
  jamFlow({ limit: 30, command: { kmh: 40 } }),
  jamFlow({ limit: 12, command: { kmh: 60 } }),
  jamFlow({ severity: "critical", command: { kmh: 40 } }),
  jamFlow({ hold: "20s", command: { kmh: 40 } }),
  jamFlow({ size: "60s" }),
  jamFlow({ silent: true }),
  jamFlow({ limit: 25, command: { kmh: "=nothing" } }),
];
const devices = ["d1", "d2", "d3", "d4"];
const road = (device: string) => (device < "d3" ? "A1" : "B7");

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ device: fc.constantFrom(...devices), gap: fc.nat(20), speed: fc.nat(40) }),
  },
  { weight: 1, arbitrary: fc.record({ gap: fc.nat(90), tick: fc.constant(true) }) },
);
const scene = fc.record({
  steps: fc.array(step, { maxLength: 40 }),
  at: fc.nat(40),
  cuts: fc.array(fc.nat(5), { maxLength: 4 }),
  other: fc.constantFrom(...others),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const live = (definition: Flow, version: number): DeployedFlow => ({ version, definition });
const deploy = (revision: number, flows: DeployedFlow[], candidates?: Candidate[]): Entry => ({
  type: "deploy",
  deployment: { revision, flows, ...(candidates && { candidates }) },
});

/** The steps, with what is deployed in the middle of them. */
function entriesOf(steps: readonly Step[], at: number, deployments: readonly Entry[]): Entry[] {
  let now = 0;
  const entries = steps.map((one): Entry => {
    now += one.gap;
    if ("tick" in one) return tickAt(now);
    const { device, speed } = one;
    return readingAt(now, { speed, road: road(device) }, { device, attributes: { road: road(device) } });
  });
  const middle = Math.min(at, entries.length);
  const [first, ...then] = deployments as [Entry, ...Entry[]];
  return [first, ...entries.slice(0, middle), ...then, ...entries.slice(middle), tickAt(now + 200)];
}

/** Without what numbers entries and effects: that differs where others do more or less at the same entry. */
const bare = (effects: readonly Effect[]) =>
  effects.map((effect) => {
    const { id: _, ...rest } = effect;
    return { ...rest, alarmId: undefined, candidate: undefined };
  });
const isCompared = (effect: Effect): effect is ComparedEffect => effect.type === "compared";

const shadow = (definition: Flow, withinMs: number): Candidate => ({
  id: 2,
  mode: "shadow",
  version: 2,
  definition,
  withinMs,
});
const canary = (definition: Flow, cohort: Cohort): Candidate => ({
  id: 2,
  mode: "canary",
  version: 2,
  definition,
  devices: cohort,
});

/** Time of the tick that an effect came by: its id tells the entry. */
function tickOf({ id }: Effect, entries: readonly Entry[]): number | undefined {
  const entry = entries[Number(id.split(":")[1]) - 1]!;
  return entry.type === "tick" ? entry.at : undefined;
}

/** What stands at last, once verdicts that were given too early are taken back. */
function verdictsOf(effects: readonly ComparedEffect[]): string[] {
  const standing = new Map<string, ComparedEffect>();
  for (const effect of effects) {
    if (effect.instead) expect(standing.get(effect.instead.id)?.verdict).toBe(effect.instead.verdict);
    if (effect.instead) standing.delete(effect.instead.id);
    standing.set(effect.id, effect);
  }
  return [...standing.values()]
    .map(({ device, what, subject, verdict, live, shadow }) =>
      [verdict, device, what, subject, live?.at, shadow?.at].join(" "),
    )
    .sort();
}

describe("a shadow", () => {
  const first = deploy(1, [live(present, 1)]);
  const again = deploy(2, [live(present, 1)]);

  test("changes nothing of what the live version does, nor of what is saved", () => {
    fc.assert(
      fc.property(scene, ({ steps, at, cuts, other }) => {
        const beside = deploy(2, [live(present, 1)], [shadow(other, 60_000)]);
        const alone = runLanes(entriesOf(steps, at, [first, again]), { cuts });
        const both = runLanes(entriesOf(steps, at, [first, beside]), { cuts });
        expect(both.effects.filter((effect) => !isCompared(effect))).toEqual(alone.effects);
        expect(both.points).toEqual(alone.points);
        expect(both.steps).toEqual(alone.steps);
      }),
    );
  });

  test("is compared as a version that had been deployed in that moment, however entries are cut into batches", () => {
    fc.assert(
      fc.property(scene, fc.constantFrom(0, 30_000, 120_000), ({ steps, at, cuts, other }, withinMs) => {
        const beside = entriesOf(steps, at, [
          first,
          deploy(2, [live(present, 1)], [shadow(other, withinMs)]),
        ]);
        const compared = runLanes(beside, { cuts }).effects.filter(isCompared);
        expect(compared).toEqual(runLanes(beside, { cuts: [99] }).effects.filter(isCompared));

        const since = (deployed: Entry) => {
          const before = runLanes(entriesOf(steps.slice(0, at), at, [first, again]).slice(0, -1)).effects;
          const entries = entriesOf(steps, at, [first, deployed]);
          const all = runLanes(entries).effects.slice(before.length);
          return all
            .flatMap((effect) => deedsOf([effect], tickOf(effect, entries)))
            .map(({ what, subject, at, ...deed }) => {
              const { node: _, ...rest } = deed;
              return { ...rest, type: `${what} ${subject}`, raisedAt: at };
            });
        };
        const pairs = compareTimelines(since(again), since(deploy(2, [live(other, 2)])), { withinMs });
        const expected = pairs.map(({ verdict, before, after }) => {
          const { device, type } = (before ?? after)!;
          return [verdict, device, type, before?.raisedAt, after?.raisedAt].join(" ");
        });
        expect(verdictsOf(compared)).toEqual(expected.sort());
      }),
    );
  });

  test("groups by road beside the live version, over lanes, with nothing said where nothing differs", () => {
    const byRoad = jamFlow({ by: "road", limit: 25 });
    fc.assert(
      fc.property(scene, ({ steps, at, cuts }) => {
        const beside = [deploy(1, [live(byRoad, 1)]), deploy(2, [live(byRoad, 1)], [shadow(byRoad, 0)])];
        const { effects } = runLanes(entriesOf(steps, at, beside), { lanes: 3, cuts });
        const compared = effects.filter(isCompared);
        expect(verdictsOf(compared).filter((said) => !said.startsWith("same "))).toEqual([]);
        // Alarms that were raised before the shadow began are not compared.
        expect(verdictsOf(compared).length).toBeLessThanOrEqual(deedsOf(effects).length);
        if (at === 0) expect(verdictsOf(compared).length).toBe(deedsOf(effects).length);
      }),
    );
  });
});

const cohorts = fc.oneof(
  fc.record({ percent: fc.integer({ min: 1, max: 99 }) }),
  fc.constant({ when: { all: [{ fact: "road", operator: "equal", value: "A1" }] } }),
);
const contextOf = (device: string, attributes = {}) => ({
  id: device,
  name: device,
  profile: "default",
  attributes,
  revision: 1,
});

describe("a canary", () => {
  const first = deploy(1, [live(present, 1)]);
  const of = ({ effects, points }: Left, device: string) => ({
    effects: bare(effects.filter((effect) => effect.device === device)),
    points: points.filter(({ tags }) => tags.device === device),
  });

  test("is to its devices as if it were deployed, with their state, and to the others as if it were not", () => {
    fc.assert(
      fc.property(scene, cohorts, ({ steps, at, cuts, other }, cohort) => {
        const run = (then: Entry) => runLanes(entriesOf(steps, at, [first, then]), { cuts });
        const tried = run(deploy(2, [live(present, 1)], [canary(other, cohort)]));
        const [stayed, all] = [run(deploy(2, [live(present, 1)])), run(deploy(2, [live(other, 2)]))];
        const takes = compileCohort("jam", cohort);
        for (const device of devices)
          expect(of(tried, device)).toEqual(
            of(takes(contextOf(device, { road: road(device) })) ? all : stayed, device),
          );
      }),
    );
  });

  test("once promoted goes on with the state it has; once abandoned the state goes back with the device", () => {
    const second = fc.array(step, { maxLength: 20 });
    fc.assert(
      fc.property(
        scene,
        second,
        cohorts,
        fc.boolean(),
        ({ steps, at, cuts, other }, more, cohort, isGood) => {
          const last = (flow: Flow, version: number) => deploy(3, [live(flow, version)]);
          const run = (middle: Entry, then: Entry) => {
            const all = entriesOf([...steps, ...more], at, [first, middle]);
            const place = Math.min(at, steps.length) === at ? steps.length + 2 : all.length - 1;
            return runLanes([...all.slice(0, place), then, ...all.slice(place)], { cuts });
          };
          const end = isGood ? last(other, 2) : last(present, 1);
          const tried = run(deploy(2, [live(present, 1)], [canary(other, cohort)]), end);
          const [stayed, all] = [
            run(deploy(2, [live(present, 1)]), end),
            run(deploy(2, [live(other, 2)]), end),
          ];
          const takes = compileCohort("jam", cohort);
          for (const device of devices)
            expect(of(tried, device)).toEqual(
              of(takes(contextOf(device, { road: road(device) })) ? all : stayed, device),
            );
        },
      ),
    );
  });

  test("no message sees two versions, also where messages of both are grouped", () => {
    const [here, there] = [jamFlow({ by: "road", limit: 25 }), jamFlow({ by: "road", limit: 15 })];
    fc.assert(
      fc.property(scene, cohorts, ({ steps, at, cuts }, cohort) => {
        const then = deploy(2, [live(here, 1)], [canary(there, cohort)]);
        const entries = entriesOf(steps, at, [deploy(1, [live(here, 1)]), then]);
        const { steps: visits } = runLanes(entries, { lanes: 3, cuts });
        const seen = new Map<string, Set<number>>();
        for (const { message, device, version } of visits)
          if (!message.startsWith("tick")) seen.set(message, (seen.get(message) ?? new Set()).add(version));
          else expect(device.id).not.toBe("");
        for (const versions of seen.values()) expect(versions.size).toBe(1);
      }),
    );
  });

  test("a grouping step that both versions have counts every message once, whichever version it came by", () => {
    const [here, there] = [jamFlow({ by: "road", limit: 25 }), jamFlow({ by: "road", limit: 15 })];
    fc.assert(
      fc.property(scene, cohorts, ({ steps, at, cuts }, cohort) => {
        const run = (candidates?: Candidate[]) =>
          runLanes(
            entriesOf(steps, at, [deploy(1, [live(here, 1)]), deploy(2, [live(here, 1)], candidates)]),
            { lanes: 3, cuts },
          );
        expect(run([canary(there, cohort)]).points).toEqual(run().points);
      }),
    );
  });
});

describe("a cohort by share", () => {
  test("is the same for ever, and grows by adding devices", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 98 }), fc.nat(1), (id, percent, more) => {
        const [small, large] = [percent, percent + more].map((percent) => compileCohort("jam", { percent }));
        expect(small!(contextOf(id))).toBe(small!(contextOf(id, { any: "thing" })));
        if (small!(contextOf(id))) expect(large!(contextOf(id))).toBe(true);
      }),
    );
  });

  test.each([1, 10, 50])("of %i percent has about as many, also of devices with like ids", (percent) => {
    const takes = compileCohort("jam", { percent });
    const ids = Array.from({ length: 20_000 }, (_, i) => `sensor-${i}`);
    const share = (ids.filter((id) => takes(contextOf(id))).length / ids.length) * 100;
    expect(Math.abs(share - percent)).toBeLessThan(1);
  });

  test("of another flow has other devices", () => {
    const [one, two] = ["jam", "ice"].map((flow) => compileCohort(flow, { percent: 50 }));
    const ids = Array.from({ length: 4000 }, (_, i) => `sensor-${i}`);
    const both = ids.filter((id) => one!(contextOf(id)) && two!(contextOf(id))).length;
    expect(both / ids.length).toBeGreaterThan(0.2);
    expect(both / ids.length).toBeLessThan(0.3);
  });
});

test("a deployment in the middle of a window changes nothing of what an unchanged step gives", () => {
  fc.assert(
    fc.property(scene, fc.nat(60), ({ steps, at, cuts }, limit) => {
      const run = (then: DeployedFlow) =>
        runLanes(entriesOf(steps, at, [deploy(1, [live(present, 1)]), deploy(2, [then])]), { cuts });
      const [before, after] = [run(live(present, 1)), run(live(jamFlow({ limit }), 2))];
      expect(after.points).toEqual(before.points);
      const versions = new Map<string, Set<number>>();
      for (const { message, version } of after.steps)
        versions.set(message, (versions.get(message) ?? new Set()).add(version));
      for (const [message, seen] of versions) if (!message.startsWith("tick")) expect(seen.size).toBe(1);
    }),
  );
});
