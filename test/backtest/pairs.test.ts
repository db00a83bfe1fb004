import { expect, test } from "vitest";
import { AlarmPairs, type Side } from "../../engine/backtest/alarm-pairs.ts";
import { CommandPairs } from "../../engine/backtest/command-pairs.ts";
import type { ClearEffect, CommandEffect, RaiseEffect } from "../../engine/model/effect.ts";

const origin = { id: "0:1:0", device: "d1", flow: "f", version: 1, node: "jam" };
const raise = (at: number, device = "d1"): RaiseEffect => ({
  ...origin,
  ...{ type: "raise", device, deviceName: device, at, alarm: "Jam", severity: "major", details: {} },
  cause: { message: "0:1", ts: "2026-11-26T08:00:00.000Z", values: {}, path: [], version: 1 },
});
const clear = (at: number, device = "d1"): ClearEffect => ({
  ...origin,
  type: "clear",
  device,
  at,
  alarm: "Jam",
});
const command = (at: number, kmh: number): CommandEffect => ({
  ...origin,
  ...{ type: "command", at, method: "setLimit", params: { kmh }, timeoutMs: 1, ttlMs: 1 },
});

type Step = [side: Side, effect: RaiseEffect | ClearEffect];
function compared(...seconds: Step[][]) {
  const pairs = new AlarmPairs();
  for (const steps of seconds) {
    for (const [side, effect] of steps) pairs.take(side, effect);
    pairs.settle();
  }
  pairs.finish();
  return pairs.found.shown().list.map(({ change, at, wasAt, until }) => [change, at, wasAt, until]);
}

test.each<[string, Step[][], unknown[]]>([
  [
    "active at once on both sides: the same",
    [
      [
        ["candidate", raise(5)],
        ["live", raise(5)],
      ],
    ],
    [["same", 5, undefined, undefined]],
  ],
  [
    "raised before the other",
    [[["candidate", raise(5)]], [["live", raise(9)]]],
    [["earlier", 5, 9, undefined]],
  ],
  ["raised after the other", [[["live", raise(5)]], [["candidate", raise(9)]]], [["later", 9, 5, undefined]]],
  [
    "over before the other begins: new and gone",
    [[["candidate", raise(5)]], [["candidate", clear(6)]], [["live", raise(9)]]],
    [
      ["new", 5, undefined, 6],
      ["gone", 9, undefined, undefined],
    ],
  ],
  [
    "raised and cleared within one second on both sides",
    [
      [
        ["candidate", raise(5)],
        ["candidate", clear(5)],
        ["live", raise(5)],
        ["live", clear(5)],
      ],
    ],
    [["same", 5, undefined, 5]],
  ],
  [
    "two within one of the other: one is new",
    [
      [["live", raise(1)]],
      [["candidate", raise(2)]],
      [["candidate", clear(3)]],
      [["candidate", raise(4)]],
      [["live", clear(5)]],
    ],
    [
      ["later", 2, 1, 3],
      ["new", 4, undefined, undefined],
    ],
  ],
  [
    "raised anew without a clear: the first one ends there",
    [[["candidate", raise(1)]], [["candidate", raise(4)]]],
    [
      ["new", 1, undefined, 4],
      ["new", 4, undefined, undefined],
    ],
  ],
  [
    "of different devices: not the same",
    [
      [
        ["candidate", raise(1, "a")],
        ["live", raise(1, "b")],
      ],
    ],
    [
      ["new", 1, undefined, undefined],
      ["gone", 1, undefined, undefined],
    ],
  ],
])("alarms %s", (_, seconds, expected) => {
  expect(compared(...seconds)).toEqual(expected);
});

test("commands that ask for the same within five minutes are the same, the nearest first", () => {
  const pairs = new CommandPairs();
  const minute = 60_000;
  const take = (side: Side, at: number, kmh = 40) => {
    pairs.settle(at);
    pairs.take(side, command(at, kmh), "d1", at);
  };
  take("live", 0);
  take("live", 3 * minute);
  take("candidate", 3 * minute + 1000);
  take("candidate", 4 * minute, 60);
  take("candidate", 20 * minute);
  take("live", 30 * minute);
  pairs.finish();
  expect(pairs.found.shown().list.map(({ change, at, wasAt }) => [change, at, wasAt])).toEqual([
    ["gone", 0, undefined],
    ["later", 3 * minute + 1000, 3 * minute],
    ["new", 4 * minute, undefined],
    ["new", 20 * minute, undefined],
    ["gone", 30 * minute, undefined],
  ]);
});

test("beyond what is shown, differences are counted", () => {
  const pairs = new AlarmPairs();
  for (let i = 0; i < 3000; i++) {
    pairs.take("candidate", raise(i, `d${i}`));
    pairs.settle();
  }
  pairs.finish();
  const { counts, list, left } = pairs.found.shown();
  expect([counts.new, list.length, left]).toEqual([3000, 2000, 1000]);
});
