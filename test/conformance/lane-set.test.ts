import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LaneState } from "../../engine/flow/state.ts";
import { laneOf } from "../../engine/model/lane.ts";
import type { LaneSet, MovePhase } from "../../engine/store/backbone/lane-set.ts";
import { type Batch, lines } from "../../engine/store/backbone/port.ts";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { openRedisLaneSet } from "../../engine/store/backbone/redis-lane-set.ts";
import { openLink } from "../support/link.ts";
import { startRedis } from "../support/redis.ts";
import { type Adapter, adapters, type Both } from "./backbones.ts";

const devices = [
  ...Array.from({ length: 1600 }, (_, i) => `device-${i}`),
  ...Array.from({ length: 50 }, (_, i) => `road Zürich 東京 🚦 ${i}`),
];
const stored = (device: string) => [`{"id":"${device}"}`, `{"n":{"f/a":{"k":"${device}"}}}`, "abcdefgh"];
const wakeOf = (device: string) => (device.endsWith("7") ? 60_000 + device.length : undefined);
const flowsOf = (revision: number) => JSON.stringify({ revision, flows: [] });
const newest = 9;
const latest = 1_790_000_000_000_000;
const none = { state: "", tails: "", wakes: "", effects: "", points: "" };
const batch = (frames: string): Batch => ({ producer: "p1", number: 1, frames });

/** Commits the devices to their lanes, as lanes would do that ran different deployments. */
async function fill(backbone: Both) {
  for (let lane = 0; lane < backbone.lanes; lane++) {
    const own = devices.filter((device) => laneOf(device, backbone.lanes) === lane);
    const flows = flowsOf(lane === 2 ? newest : 3);
    const state = ["flows", flows, "received", "[[1,[7,0]]]", "replayed", `${100 + lane}`];
    const [tails, wakes]: string[][] = [[], []];
    for (const device of own) {
      const [context, key, recent] = stored(device);
      const keys = LaneState.keysOf(device);
      state.push(keys[0], context!, keys[1], key!);
      tails!.push(keys[2], recent!);
      const at = wakeOf(device);
      if (at !== undefined) wakes!.push(device, String(at));
    }
    const sequence = lane === 1 ? latest : 40;
    const all = { ...none, state: lines(state), tails: lines(tails!), wakes: lines(wakes!) };
    expect(await backbone.commit(lane, { expected: 0, sequence, producer: "p1", number: 1, ...all })).toBe(
      "committed",
    );
  }
}

/** Every device is in its lane, and only there, with all that is kept of it. */
async function expectWhole(backbone: Both, lanes: number) {
  expect(backbone.lanes).toBe(lanes);
  for (let lane = 0; lane < lanes; lane++) {
    const keys = devices.flatMap(LaneState.keysOf);
    const values = await backbone.read(lane, keys);
    const isHere = (device: string) => laneOf(device, lanes) === lane;
    expect(values).toEqual(
      devices.flatMap((device) => (isHere(device) ? stored(device) : [undefined, undefined, undefined])),
    );
    const { wakes } = await backbone.snapshot(lane);
    const wanted = devices.filter((device) => isHere(device) && wakeOf(device) !== undefined);
    expect(wakes.sort()).toEqual(wanted.map((device) => [device, wakeOf(device)]).sort());
  }
}

async function expectMoved(backbone: Both, lanes: number) {
  await expectWhole(backbone, lanes);
  for (let lane = 0; lane < lanes; lane++) {
    expect(await backbone.read(lane, LaneState.ownKeys)).toEqual([flowsOf(newest), undefined, undefined]);
    expect(await backbone.snapshot(lane)).toMatchObject({ sequence: latest, producers: {} });
    expect(await backbone.depth(lane)).toBe(0);
  }
}

/** A process that is killed when a phase has been reached. */
async function moveUntil(laneSet: LaneSet, count: number, phase: MovePhase, reaches = true) {
  const killed = new Error("killed");
  const move = laneSet.move(count, (passed) => {
    if (passed === phase) throw killed;
  });
  if (reaches) await expect(move).rejects.toBe(killed);
  else await expect(move).rejects.toThrow(/cannot be moved yet/);
}

async function keysOn(url: string): Promise<string[]> {
  const nodes = url.split(",").map((one) => new Redis(one));
  const keys: string[] = [];
  for (const node of nodes) {
    if (/role:master/.test(await node.info("replication"))) keys.push(...(await node.keys("*")));
    node.disconnect();
  }
  return keys;
}

for (const adapter of adapters)
  describe(`the lanes on ${adapter.name}`, () => {
    let installation: Awaited<ReturnType<Adapter["open"]>>;
    let isShared: boolean;
    beforeAll(async () => {
      installation = await adapter.open();
      isShared = installation.first.shared;
      await fill(installation.first);
    });
    beforeEach(() => installation.halt());
    afterAll(() => installation.close());

    test("are shown with what they hold", async () => {
      const laneSet = await installation.laneSet();
      expect([await laneSet.count(), await laneSet.moving()]).toEqual([4, undefined]);
      const looks = await laneSet.look();
      const own = (lane: number) => devices.filter((device) => laneOf(device, 4) === lane).length;
      expect(looks).toEqual(
        [0, 1, 2, 3].map((lane) => ({ lane, batches: 0, effects: 0, points: 0, devices: own(lane) })),
      );
    });

    test("are not moved while a batch waits, or effects or points are not delivered", async () => {
      let backbone = await installation.again();
      const { sequence } = await backbone.snapshot(0);
      const left = { ...none, effects: "[1]", points: "x" };
      const commit = { expected: sequence, sequence: sequence + 1, producer: "p1", number: 2, ...left };
      expect(await backbone.commit(0, commit)).toBe("committed");
      await backbone.enqueue(3, batch("frames"));
      await installation.halt();
      // Nor by one that goes on with a move which was killed: what waits needs a start.
      await moveUntil(await installation.laneSet(), 9, "marked", isShared);
      await installation.halt();
      await expect((await installation.laneSet()).move(7)).rejects.toThrow(
        /1 batch waits in a queue, 1 commit has effects to deliver, 1 commit has points to deliver\. Start it once more .* run millrace lanes 7 again/,
      );
      await installation.halt();
      backbone = await installation.again();
      await expectWhole(backbone, 4);
      const gone = [{ lane: 0, sequence: sequence + 1 }];
      await backbone.delivered("effects", gone);
      await backbone.delivered("points", gone);
      const taken = await new Promise<string>((resolve) => {
        const worker = backbone.work(3, async ({ frames }) => {
          void worker.close().then(() => resolve(frames));
          return true;
        });
      });
      expect(taken).toBe("frames");
    });

    test("are not moved while a process of the installation is alive", async () => {
      if (!isShared) return;
      const backbone = await installation.again();
      await expect((await installation.laneSet()).move(7)).rejects.toThrow(
        /One process of the installation "test" on this Redis is running\. Stop all of them/,
      );
      await expectWhole(backbone, 4);
      expect((await installation.again()).lanes).toBe(4);
    });

    test("are moved by one at a time", async () => {
      if (!isShared) return;
      const [first, second] = [await installation.laneSet(), await installation.laneSet()];
      let refused: Promise<void> | undefined;
      await first.move(4, () => {
        refused = second.move(7);
        refused.catch(() => {});
      });
      await expect(refused).rejects.toThrow(/One process .* is running/);
      await installation.halt();
      await expectWhole(await installation.again(), 4);
    });

    test("are whole after a move that was killed, and one that is taken back leaves nothing", async () => {
      for (const phase of isShared ? (["marked", "copied"] as const) : (["copied"] as const)) {
        await moveUntil(await installation.laneSet(), 7, phase);
        await installation.halt();
        if (isShared)
          await expect(installation.again()).rejects.toThrow(/Run millrace lanes 7 until it ends/);
        const laneSet = await installation.laneSet();
        expect(await laneSet.moving()).toBe(isShared ? 7 : undefined);
        await laneSet.move(4);
        await installation.halt();
        await expectWhole(await installation.again(), 4);
        await installation.halt();
        if (isShared)
          expect((await keysOn(installation.url!)).filter((key) => /test\.1-/.test(key))).toEqual([]);
      }
    });

    test("move to 7 and to 2 with all that is kept of each device, killed on the way and finished", async () => {
      // Idle batches are no reason to wait.
      await (await installation.again()).enqueue(1, batch("idle"));
      await installation.halt();
      // Whoever goes on may want another count than the one who was killed.
      // In a database nothing is there before everything is.
      for (const phase of isShared ? (["marked", "copied", "switched"] as const) : (["switched"] as const))
        for (const [asked, count] of [
          [12, 7],
          [2, 2],
        ] as const) {
          await moveUntil(await installation.laneSet(), asked, phase);
          await installation.halt();
          const laneSet = await installation.laneSet();
          await laneSet.move(count);
          await installation.halt();
          const backbone = await installation.again();
          await expectMoved(backbone, count);
          await installation.halt();
        }
      await expect(installation.again(7)).rejects.toThrow(
        /has 2 lanes, and MILLRACE_LANES says 7.*millrace lanes 7/,
      );
      if (!isShared) return;
      const keys = (await keysOn(installation.url!)).filter((key) => !key.endsWith(":id"));
      const generations = new Set(keys.flatMap((key) => /^\{test(?:\.(\d+))?-lane/.exec(key)?.[1] ?? []));
      expect([...generations]).toHaveLength(1);
      expect(keys.filter((key) => /^\{test-lane/.test(key))).toEqual([]);
    });

    test("go on after a move: batches come, and a commit builds on the one before", async () => {
      const backbone = await installation.again();
      const { sequence } = await backbone.snapshot(1);
      await backbone.enqueue(1, batch("after"));
      const took = await new Promise<string>((resolve) => {
        const worker = backbone.work(1, async ({ producer, number, frames }) => {
          const commit = { expected: sequence, sequence: sequence + 1, producer, number, ...none };
          expect(await backbone.commit(1, commit)).toBe("committed");
          void worker.close().then(() => resolve(frames));
          return true;
        });
      });
      expect(took).toBe("after");
      expect(await backbone.snapshot(1)).toMatchObject({ sequence: sequence + 1, producers: { p1: 1 } });
    });
  });

test("a process that was cut off from Redis while the lanes moved puts nothing into the old ones", async () => {
  const redis = await startRedis();
  const link = await openLink(redis.url);
  const settings = { prefix: "test", log: () => {} };
  const cutOff = await openRedisBackbone({ ...settings, url: link.url, lanes: 2 });
  try {
    const control = new Redis(redis.url);
    await cutOff.check();
    link.cut();
    const laneSet = await openRedisLaneSet({ ...settings, url: redis.url, isIdle: () => true });
    const said = async () => laneSet.move(3).then(() => "moved", String);
    await expect.poll(said).toBe("moved");
    await laneSet.close();
    link.mend();
    await expect
      .poll(() => cutOff.enqueue(0, batch("after")).then(() => "kept", String), { timeout: 20_000 })
      .toMatch(/lanes of this installation were moved while this process could not reach Redis/);
    expect(await control.keys("{test-lane*}:*:[0-9]*")).toEqual([]);
    control.disconnect();
  } finally {
    await cutOff.close();
    link.close();
    await redis.stop();
  }
});

test("where no installation has begun there are no lanes to be shown", async () => {
  const redis = await startRedis();
  const opening = openRedisLaneSet({ url: redis.url, prefix: "nobody", isIdle: () => true, log: () => {} });
  await expect(opening).rejects.toThrow(/No installation with the prefix "nobody" has begun/);
  await redis.stop();
});
