import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Entry } from "../../engine/flow/entry.ts";
import type { ForwardEffect } from "../../engine/model/effect.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import type { Deployment, Flow } from "../../engine/model/flow.ts";
import type { Session } from "../../engine/model/host.ts";
import { laneOf } from "../../engine/model/lane.ts";
import { Forwards } from "../../engine/pipeline/forwards.ts";
import { encodeEntry } from "../../engine/pipeline/frame.ts";
import { openRedisLanes } from "../../engine/store/backbone/redis-lanes.ts";
import type { Pglite } from "../../engine/store/pglite.ts";
import { openTableSeries } from "../../engine/store/series/table.ts";
import { openDatabase } from "../support/database-template.ts";
import { startRedis } from "../support/redis.ts";
import type { Server } from "../support/server.ts";
import { type Lanes, laneCount, openLanes, tensWhile } from "./open-lanes.ts";

const dayMs = 86_400_000;
const startTs = 1_700_000_000_000 - (1_700_000_000_000 % dayMs);
const patience = { timeout: 60_000, interval: 100 };
const slow = 180_000;

/** Saves each reading of a road, and counts and sums them in a window of a day, which lives through it all. */
const ledger: Flow = {
  id: "roads",
  name: "Roads",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "day",
      kind: "aggregate",
      config: {
        by: "road",
        window: { size: "1d" },
        values: [
          { fn: "count", as: "messages" },
          { of: "n", fn: "sum", as: "total" },
        ],
      },
    },
    { id: "kept", kind: "save", config: { measurement: "roads", fields: ["messages", "total"] } },
    { id: "all", kind: "throttle", config: { by: "road", limit: 100_000, per: "31d" } },
    { id: "each", kind: "save", config: { measurement: "each", fields: ["n"] } },
  ],
  edges: [
    { from: "in", output: "out", to: "day" },
    { from: "day", output: "window", to: "kept" },
    { from: "in", output: "out", to: "all" },
    { from: "all", output: "pass", to: "each" },
  ],
  layout: {},
};
/** One in each lane at least. */
const roads = ["A1", "A2", "C3", "C4"];

function forwardOf(id: string, n: number, road = "A1", revision = 1): ForwardEffect {
  const key = { id: `road ${road}`, name: `road ${road}`, profile: "", attributes: { road }, revision: 0 };
  const at = startTs + n;
  const from = { type: "forward", id, device: key.id, at, flow: "roads", version: 1, node: "day" } as const;
  const message = { id: `m${n}`, type: "telemetry", arrivedAt: Date.now(), values: { n, road } } as const;
  return { ...from, key, sender: "d1", message, path: ["in"], revision };
}

describe("forwards", () => {
  const put: [lane: number, entry: Entry][] = [];
  let isFull = false;
  const deployment: Deployment = { revision: 4, flows: [] };
  const open = () =>
    new Forwards({
      lanes: laneCount,
      intake: {
        async put(lane, entry) {
          if (isFull && put.length >= 2) throw new MillraceError("overloaded", "too many wait");
          put.push([lane, entry]);
        },
      },
      registry: { deployment: async () => deployment },
    });
  const ids = () => put.map(([, entry]) => ("id" in entry ? entry.id : entry.type));
  afterEach(() => {
    put.length = 0;
    isFull = false;
  });

  test("go to the lane of their key, behind the deployment that they were sent under", async () => {
    const forwards = open();
    await forwards.put([forwardOf("0:1:0", 1), forwardOf("0:2:0", 2)]);
    await forwards.put([forwardOf("0:3:0", 3), forwardOf("1:9:0", 4, "A1", 4)]);
    const lane = laneOf("road A1", laneCount);
    expect(put.map(([to]) => to)).toEqual([lane, lane, lane, lane, lane]);
    expect(ids()).toEqual(["deploy", "0:1:0", "0:2:0", "0:3:0", "1:9:0"]);
    await forwards.put([forwardOf("0:4:0", 5, "A1", 5)]);
    expect(ids().slice(5)).toEqual(["deploy", "0:4:0"]);
  });

  test("that are known to be enqueued are not put again", async () => {
    const forwards = open();
    await forwards.put([forwardOf("0:1:0", 1), forwardOf("0:1:1", 2)]);
    await forwards.put([forwardOf("0:1:0", 1), forwardOf("0:1:1", 2), forwardOf("0:1:2", 3)]);
    expect(ids()).toEqual(["deploy", "0:1:0", "0:1:1", "0:1:2"]);
  });

  test("that found no room are put again from the first, so that none is left out", async () => {
    const forwards = open();
    const all = [1, 2, 3].map((n) => forwardOf(`0:${n}:0`, n));
    isFull = true;
    await expect(forwards.put(all)).rejects.toMatchObject({ code: "overloaded" });
    expect(ids()).toEqual(["deploy", "0:1:0"]);
    isFull = false;
    await forwards.put(all);
    expect(ids().slice(2)).toEqual(["0:1:0", "0:2:0", "0:3:0"]);
  });
});

describe("readings grouped by road, on Redis", () => {
  let redis: Server;
  let pool: Pglite;
  let table: Awaited<ReturnType<typeof openTableSeries>>;
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    [redis, pool] = await Promise.all([startRedis(), openDatabase()]);
    table = await openTableSeries(pool);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await pool.query("DELETE FROM millrace.points");
  });
  afterAll(async () => {
    await table?.close();
    await pool?.end();
    await redis?.stop();
  });

  async function lanesOf() {
    const lanes = await openLanes({
      redis: redis.url,
      registry: pool.registry,
      series: { type: "table" },
      database: pool,
    });
    closing.push(() => lanes.close());
    return lanes;
  }

  const roadOf = (index: number) => roads[index % roads.length]!;

  /** Readings `first` to `last` of each device, a few at a time; resolves when all are acknowledged. */
  async function sendAll(lanes: Lanes, sessions: Session[], first: number, last: number) {
    const sent: Promise<void>[] = [];
    for (let n = first; n <= last; n++) {
      for (const [index, one] of sessions.entries())
        sent.push(lanes.send(one, startTs + 100 * n + index, { n, road: roadOf(index) }));
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    await Promise.all(sent);
  }

  /** Goes on with readings from `first` on until the work is done; gives the number of the last one. */
  const sendWhile = (lanes: Lanes, sessions: Session[], first: number, work: Promise<unknown>) =>
    tensWhile(work, first, (from, to) => sendAll(lanes, sessions, from, to));

  const values = async (road: string, key: string, measurement = "roads") => {
    const range = { from: startTs, to: startTs + dayMs + 1, limit: 10_000 };
    const samples = await table.query({ device: `road ${road}`, key, measurement, fn: "avg", ...range });
    return samples.map(({ value }) => value as number);
  };

  /** Each of these numbers of each road came there, and was counted once. */
  async function expectAll(lanes: Lanes, session: Session, numbersOf: (road: string) => number[]) {
    for (const road of roads) {
      const sorted = async () => (await values(road, "n", "each")).toSorted((a, b) => a - b);
      await expect.poll(sorted, patience).toEqual(numbersOf(road));
    }
    await Promise.all(
      roads.map((road, index) => lanes.send(session, startTs + dayMs + 10_000 + index, { n: 0, road })),
    );
    for (const road of roads) {
      const numbers = numbersOf(road);
      await expect.poll(() => values(road, "messages"), patience).toEqual([numbers.length]);
      expect(await values(road, "total")).toEqual([numbers.reduce((sum, n) => sum + n, 0)]);
    }
  }

  const connectAll = (lanes: Lanes, count: number) =>
    Promise.all(Array.from({ length: count }, () => lanes.connect()));

  test("the roads lie in different lanes", () => {
    expect(new Set(roads.map((road) => laneOf(`road ${road}`, laneCount))).size).toBe(laneCount);
  });

  test(
    "count once while the connections to Redis are killed again and again",
    async () => {
      const lanes = await lanesOf();
      await lanes.start();
      await lanes.deploy(ledger);
      const sessions = await connectAll(lanes, 8);
      const control = new Redis(redis.port, "127.0.0.1");
      closing.push(() => control.quit());
      let killed = 0;
      const killer = setInterval(async () => {
        killed += Number(await control.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
      }, 250);
      await sendAll(lanes, sessions, 1, 300);
      clearInterval(killer);
      await expectAll(lanes, sessions[0]!, () =>
        Array.from({ length: 600 }, (_, i) => 1 + Math.floor(i / 2)),
      );
      expect(killed).toBeGreaterThan(4);
    },
    slow,
  );

  test(
    "count once when their owner was killed after the commit, with a part of them delivered and a part not",
    async () => {
      const lanes = await lanesOf();
      const store = await openRedisLanes({ url: redis.url, prefix: lanes.prefix, log: () => {} });
      closing.push(() => store.close());
      const session = await lanes.connect();
      // Two commits of lane 0, of 80 forwards each; the killed owner had put 101 of them into the queues.
      const numbers = Array.from({ length: 80 }, (_, index) => index + 1);
      const forwards = numbers.flatMap((n) => {
        const forward = forwardOf(`0:${1000 + n}:0`, n, roadOf(n));
        return [forward, { ...forward, id: `0:${1000 + n}:1`, node: "all" }];
      });
      let expected = 0;
      for (const [number, part] of [forwards.slice(0, 80), forwards.slice(80)].entries()) {
        const sequence = Number(part.at(-1)!.id.split(":")[1]);
        await store.commit(0, {
          expected,
          sequence,
          producer: "killed",
          number: number + 1,
          state: "",
          tails: "",
          wakes: "",
          effects: JSON.stringify(part),
          points: "",
        });
        expected = sequence;
      }
      await lanes.deploy(ledger);
      for (let lane = 0; lane < laneCount; lane++) {
        const mine = forwards.slice(0, 101).filter(({ key }) => laneOf(key.id, laneCount) === lane);
        const frames = mine.map(encodeEntry).join("");
        await lanes.backbone.enqueue(lane, { producer: "killed", number: 7, frames });
      }
      await lanes.start();
      await expectAll(lanes, session, (road) => numbers.filter((n) => roadOf(n) === road));
      await expect.poll(async () => (await store.snapshot(0)).effects, patience).toEqual([]);
    },
    slow,
  );

  test(
    "all arrive where the flow is deployed anew under way, first of all and then again",
    async () => {
      const lanes = await lanesOf();
      await lanes.start();
      const sessions = await connectAll(lanes, 8);
      const before = await sendWhile(lanes, sessions, 1, lanes.deploy(ledger));
      let last = before;
      for (let round = 0; round < 4; round++)
        last = await sendWhile(lanes, sessions, last + 1, lanes.deploy(ledger));
      const arrived = () => {
        const { day, all } = lanes.tally.flows.roads!.nodes;
        return (day?.in ?? 0) + (all?.in ?? 0);
      };
      await expect.poll(() => lanes.tally.messages, patience).toBe(8 * last);
      await expect.poll(() => arrived() - lanes.tally.effects.forward!, patience).toBe(0);
      // Two of each reading that came when the flow was there.
      expect(arrived()).toBeGreaterThanOrEqual(2 * 8 * (last - before));
      expect(lanes.tally.effects["dead-letter"] ?? 0).toBe(0);
    },
    slow,
  );
});
