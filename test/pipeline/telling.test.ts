import { afterAll, beforeAll, expect, test } from "vitest";
import type { Entry, ResultEntry } from "../../engine/flow/entry.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import { laneOf } from "../../engine/model/lane.ts";
import { Telling, type TellingParts } from "../../engine/pipeline/telling.ts";
import type { SqlPool } from "../../engine/store/pglite.ts";
import { openRegistry } from "../../engine/store/registry/open.ts";
import type { Registry } from "../../engine/store/registry.ts";
import { command } from "../conformance/registry/effects.ts";
import { openDatabase } from "../support/database-template.ts";

const lanes = 2;
let pool: SqlPool;
let registry: Registry;
let count = 0;

beforeAll(async () => {
  pool = await openDatabase();
  registry = await openRegistry(pool);
});
afterAll(() => pool.end());

/** The queues as lists; what is put into a full lane is refused. */
function open(change: Partial<TellingParts> = {}) {
  const taken: { lane: number; entry: Entry }[] = [];
  const full = new Set<number>();
  const intake: TellingParts["intake"] = {
    async put(lane, entry) {
      taken.push({ lane, entry });
    },
  };
  const logged: string[] = [];
  const telling = new Telling({
    backbone: { lanes, subscribe: () => () => {} },
    registry,
    intake: {
      put(lane, entry) {
        if (full.has(lane)) throw new MillraceError("overloaded", "full");
        return intake.put(lane, entry);
      },
    },
    isMine: () => true,
    log: (_, message) => void logged.push(message),
    ...change,
  });
  const refs = (device: string) =>
    taken
      .filter(({ entry }) => "device" in entry && entry.device === device)
      .map(({ entry }) => (entry as ResultEntry).result.ref);
  return { telling, taken, full, refs, logged };
}

/** Ends of commands of a device, noted in this order. */
async function ends(device: string, ...refs: string[]) {
  const { commands } = await registry.apply(refs.map((ref) => command({ device, ref })));
  for (const { id } of commands) await registry.advanceCommand(id, { state: "failed", at: 1, answer: {} });
}

async function newDevice(lane?: number): Promise<string> {
  for (;;) {
    const name = `telling ${++count}`;
    const { id } = await registry.createDevice({
      name,
      profile: "default",
      attributes: { n: 1 },
      shared: {},
    });
    if (lane === undefined || laneOf(id, lanes) === lane) return id;
  }
}

test("what happened comes into the device's lane, in order, with the device, and is then forgotten", async () => {
  const device = await newDevice();
  await ends(device, "a", "b", "c");
  const { telling, taken, refs } = open();
  telling.wake();
  await expect.poll(() => refs(device)).toEqual(["a", "b", "c"]);
  expect(taken[0]).toMatchObject({
    lane: laneOf(device, lanes),
    entry: { type: "result", number: expect.any(Number), context: { id: device, attributes: { n: 1 } } },
  });
  await expect.poll(() => registry.happened(10)).toEqual([]);
  telling.wake();
  await telling.close();
  expect(refs(device)).toHaveLength(3);
});

test("what was put but could not be forgotten comes again under the same numbers", async () => {
  const device = await newDevice();
  await ends(device, "a", "b");
  let failures = 1;
  const { telling, taken, refs, logged } = open({
    registry: {
      namedDevices: (names) => registry.namedDevices(names),
      happened: (limit) => registry.happened(limit),
      async toldLanes(told) {
        if (failures-- > 0) throw new MillraceError("unavailable", "The registry is away.");
        await registry.toldLanes(told);
      },
    },
  });
  telling.wake();
  await expect.poll(() => logged.length).toBe(1);
  telling.wake();
  await expect.poll(() => refs(device)).toEqual(["a", "b", "a", "b"]);
  const numbers = taken.map(({ entry }) => (entry as ResultEntry).number);
  expect(numbers.slice(0, 2)).toEqual(numbers.slice(2));
  await telling.close();
});

test("a lane that is full holds up its own devices alone, and keeps their order", async () => {
  const [held, free] = [await newDevice(0), await newDevice(1)];
  const { telling, full, refs } = open();
  full.add(0);
  await ends(held, "a", "b");
  await ends(free, "x");
  telling.wake();
  await expect.poll(() => refs(free)).toEqual(["x"]);
  expect(refs(held)).toEqual([]);
  await ends(held, "c");
  full.clear();
  await expect.poll(() => refs(held)).toEqual(["a", "b", "c"]);
  await telling.close();
});

test("where another process tells, this one tells nothing", async () => {
  const device = await newDevice();
  await ends(device, "a");
  const { telling, taken } = open({ isMine: () => false });
  telling.wake();
  await telling.close();
  expect(taken).toEqual([]);
});

test("what happened to a device that is gone is forgotten", async () => {
  const device = await newDevice();
  await ends(device, "a");
  await registry.deleteDevice(device);
  const { telling, refs } = open();
  telling.wake();
  await expect
    .poll(async () => (await registry.happened(100)).filter(({ entry }) => entry.device === device))
    .toEqual([]);
  expect(refs(device)).toEqual([]);
  await telling.close();
});
