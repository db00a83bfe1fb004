import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Batch,
  type LaneStore,
  type LaneWorker,
  lines,
  lockMs,
  type TakenBatch,
} from "../../engine/store/backbone/port.ts";
import { type Adapter, adapters, type Both } from "./backbones.ts";

const batch = (number: number, frames = `frames ${number}`, producer = "p1"): Batch => ({
  producer,
  number,
  frames,
});

/** Works a lane until `count` batches came, and gives them. */
async function collect(backbone: LaneStore, lane: number, count: number): Promise<TakenBatch[]> {
  const taken: TakenBatch[] = [];
  let worker: LaneWorker | undefined;
  await new Promise<void>((resolve) => {
    worker = backbone.work(lane, async (one) => {
      taken.push(one);
      if (taken.length === count) resolve();
      return true;
    });
  });
  await worker!.close();
  return taken;
}

for (const adapter of adapters)
  describe(`the backbone on ${adapter.name}`, () => {
    let installation: Awaited<ReturnType<Adapter["open"]>>;
    let backbone: Both;
    beforeAll(async () => {
      installation = await adapter.open();
      backbone = installation.first;
    });
    afterAll(() => installation.close());

    test("batches of a lane come in the order they were put, unchanged", async () => {
      const frames = 'a "quoted" line\n{"speed":41,"city":"Zürich","sign":"🚦"}';
      for (let number = 1; number <= 20; number++)
        await backbone.enqueue(0, batch(number, `${number} ${frames}`));
      const taken = await collect(backbone, 0, 20);
      expect(taken.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      expect(taken[4]).toEqual({ ...batch(5, `5 ${frames}`), starts: 1 });
    });

    test("a lane that was never used starts at sequence 0 with nothing", async () => {
      expect(await backbone.snapshot(3)).toEqual({
        sequence: 0,
        producers: {},
        wakes: [],
        effects: [],
        points: [],
      });
    });

    test("a commit writes state, outbox and checkpoint; the next start finds them", async () => {
      const first = { expected: 0, sequence: 3, producer: "p1", number: 1, effects: "[1]", points: "x" };
      expect(
        await backbone.commit(1, {
          ...first,
          state: lines(["k:a", '{"v":1}', "k:b", '{"v":2}']),
          tails: "",
          wakes: lines(["a", "6000", "b", "6000"]),
        }),
      ).toBe("committed");
      const second = { expected: 3, sequence: 5, producer: "p2", number: 1, effects: "", points: "y" };
      expect(
        await backbone.commit(1, {
          ...second,
          state: lines(["k:a", '{"v":3}', "k:b", ""]),
          tails: "",
          wakes: lines(["a", "7000", "b", ""]),
        }),
      ).toBe("committed");
      backbone = await installation.again();
      expect(await backbone.snapshot(1)).toEqual({
        sequence: 5,
        producers: { p1: 1, p2: 1 },
        wakes: [["a", 7000]],
        effects: [{ sequence: 3, body: "[1]" }],
        points: [3, 5],
      });
      expect(await backbone.read(1, ["k:b", "k:a", "k:c"])).toEqual([undefined, '{"v":3}', undefined]);
      expect(await backbone.outbox("points", 1, [5, 4, 3])).toEqual(["y", "", "x"]);
    });

    test("a key with spaces and letters of any script is stored, woken and read as it is", async () => {
      const key = "road Zürich 東京 🚦";
      const commit = {
        expected: 0,
        sequence: 1,
        producer: "p1",
        number: 1,
        effects: "",
        points: "",
        tails: "",
      };
      const state = lines([`c:${key}`, "{}", `k:${key}`, '{"n":{}}', "received", "[[0,[4,0]]]"]);
      await backbone.commit(0, { ...commit, state, wakes: lines([key, "9000"]) });
      expect((await backbone.snapshot(0)).wakes).toEqual([[key, 9000]]);
      expect(await backbone.read(0, [`k:${key}`, "received"])).toEqual(['{"n":{}}', "[[0,[4,0]]]"]);
      const gone = lines([`c:${key}`, "", `k:${key}`, ""]);
      await backbone.commit(0, {
        ...commit,
        expected: 1,
        sequence: 2,
        number: 2,
        state: gone,
        wakes: lines([key, ""]),
      });
      expect((await backbone.snapshot(2)).wakes).toEqual([]);
      expect(await backbone.read(2, [`c:${key}`, `k:${key}`])).toEqual([undefined, undefined]);
    });

    test("a commit from a wrong sequence, or of a batch taken before, writes nothing", async () => {
      const before = await backbone.snapshot(1);
      const late = { expected: 4, sequence: 9, producer: "p9", number: 1, effects: "[9]", points: "9" };
      expect(await backbone.commit(1, { ...late, state: lines(["k:z", "1"]), tails: "", wakes: "" })).toBe(
        "conflict",
      );
      const twice = { expected: 5, sequence: 9, producer: "p1", number: 1, effects: "[9]", points: "9" };
      expect(await backbone.commit(1, { ...twice, state: lines(["k:z", "1"]), tails: "", wakes: "" })).toBe(
        "conflict",
      );
      expect(await backbone.snapshot(1)).toEqual(before);
    });

    test("what is delivered leaves the outbox, part by part", async () => {
      await backbone.delivered("points", [
        { lane: 1, sequence: 3 },
        { lane: 1, sequence: 5 },
      ]);
      expect((await backbone.snapshot(1)).points).toEqual([]);
      await backbone.delivered("effects", [{ lane: 1, sequence: 3 }]);
      expect((await backbone.snapshot(1)).effects).toEqual([]);
    });

    test("a state of 10,000 keys is committed and read back", async () => {
      const state = Array.from({ length: 10_000 }, (_, i) => [`k:${i}`, `{"n":${i}}`]).flat();
      const commit = {
        expected: 0,
        sequence: 1,
        producer: "p1",
        number: 1,
        effects: "",
        points: "",
        tails: "",
        wakes: "",
      };
      expect(await backbone.commit(2, { ...commit, state: lines(state) })).toBe("committed");
      const keys = state.filter((_, index) => index % 2 === 0);
      expect(await backbone.read(2, keys)).toEqual(state.filter((_, index) => index % 2 === 1));
    });

    test("a tail is added to the end of its value, which keeps its last 512 characters", async () => {
      const commit = { producer: "p1", effects: "", points: "", state: "", wakes: "" };
      const before = (await backbone.snapshot(3)).sequence;
      const ends = ["ab", "x".repeat(100), "y".repeat(500)];
      for (const [i, end] of ends.entries())
        await backbone.commit(3, {
          ...commit,
          expected: before + i,
          sequence: before + i + 1,
          number: i + 1,
          tails: lines(["r:a", end, "r:b", String(i)]),
        });
      expect(await backbone.read(3, ["r:a", "r:b"])).toEqual(["x".repeat(12) + "y".repeat(500), "012"]);
    });

    test("what a dead worker had taken is reclaimed to the front, at once", async () => {
      for (const number of [1, 2]) await backbone.enqueue(3, batch(number));
      let took = () => {};
      const taken = new Promise<void>((resolve) => {
        took = resolve;
      });
      let release = (_done: boolean) => {};
      const dead = backbone.work(3, () => {
        took();
        return new Promise<boolean>((resolve) => {
          release = resolve;
        });
      });
      await taken;
      await backbone.reclaim(3);
      const startAt = Date.now();
      const again = await collect(backbone, 3, 2);
      expect(again.map(({ number }) => number)).toEqual([1, 2]);
      expect(Date.now() - startAt).toBeLessThan(lockMs);
      release(false);
      await dead.close();
    });

    test("a batch given up is taken again before the ones behind it, and says that it was begun before", async () => {
      for (const number of [1, 2, 3]) await backbone.enqueue(3, batch(number));
      const refused: number[] = [];
      const worker = backbone.work(3, async ({ number }) => {
        refused.push(number);
        return false;
      });
      await expect.poll(() => refused.length).toBeGreaterThan(0);
      await worker.close();
      const taken = await collect(backbone, 3, 3);
      expect(taken.map(({ number }) => number)).toEqual([1, 2, 3]);
      expect(taken.map(({ starts }) => starts)).toEqual([refused.length + 1, 1, 1]);
      expect(await backbone.depth(3)).toBe(0);
    });

    test("two workers never hold one lane at the same time", async () => {
      let now = 0;
      let most = 0;
      const taken: number[] = [];
      const handle = async ({ number }: Batch) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 3));
        taken.push(number);
        now--;
        return true;
      };
      const workers = [backbone.work(2, handle), backbone.work(2, handle)];
      for (let number = 1; number <= 30; number++) await backbone.enqueue(2, batch(number));
      await expect.poll(() => taken.length).toBe(30);
      await Promise.all(workers.map((worker) => worker.close()));
      expect(most).toBe(1);
      expect(taken).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    });

    test("what is published reaches the subscribers of its subject only", async () => {
      const heard: unknown[] = [];
      const stop = backbone.subscribe("commands", (message) => heard.push(message));
      backbone.subscribe("devices", () => heard.push("wrong subject"));
      await expect
        .poll(() => {
          backbone.publish("commands", { id: 7 });
          return heard.length;
        })
        .toBeGreaterThan(0);
      stop();
      expect(heard[0]).toEqual({ id: 7 });
      expect(heard).not.toContain("wrong subject");
    });

    test("the lane count is fixed when an installation begins", async () => {
      await expect(installation.again(5)).rejects.toThrow(/has 4 lanes, and MILLRACE_LANES says 5/);
      backbone = await installation.again();
      expect(backbone.lanes).toBe(4);
    });

    test("nodes that beat are live, and leaving says goodbye", async () => {
      expect(await backbone.heartbeat("a")).toContain("a");
      await backbone.leave("a");
      if (backbone.shared) expect(await backbone.heartbeat("b")).toEqual(["b"]);
    });
  });
