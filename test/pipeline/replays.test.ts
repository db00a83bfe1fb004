import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DeadLetterEffect } from "../../engine/model/effect.ts";
import type { Session } from "../../engine/model/host.ts";
import { laneOf } from "../../engine/model/lane.ts";
import { Intake } from "../../engine/pipeline/intake.ts";
import { Replays } from "../../engine/pipeline/replays.ts";
import { openTableSeries } from "../../engine/store/series/table.ts";
import { openDatabase } from "../support/database-template.ts";
import { allTime, came, due, failing, type Kept, readings } from "../support/failing-flow.ts";
import { startRedis } from "../support/redis.ts";
import type { Server } from "../support/server.ts";
import { type Lanes, laneCount, openLanes } from "./open-lanes.ts";

const perDevice = 150;
const patience = { timeout: 60_000, interval: 100 };
const slow = 180_000;
const log = () => {};

describe("replays in a chosen version, on Redis", () => {
  let redis: Server;
  let pool: Awaited<ReturnType<typeof openDatabase>>;
  let table: Awaited<ReturnType<typeof openTableSeries>>;
  let lanes: Lanes;
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  // A registry for each: lanes that begin anew give the ids of effects anew.
  beforeEach(async () => {
    pool = await openDatabase();
    closing.push(() => pool.end());
    table = await openTableSeries(pool);
    closing.push(() => table.close());
    const series = { type: "table" as const };
    lanes = await openLanes({ redis: redis.url, registry: pool.registry, series, database: pool });
    closing.push(() => lanes.close());
  }, slow);
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => redis?.stop());

  const roadOf = ({ device }: Session) => `of ${device}`;
  const letters = async ({ device }: Session) =>
    (await pool.registry.deadLetters({ device, limit: 500, oldest: true })).items;
  const kept: Kept = {
    async values(device, key, measurement) {
      const samples = await table.query({ device, key, measurement, fn: "avg", ...allTime, limit: 10_000 });
      return samples.map(({ value }) => value);
    },
    alarms: async (device) => (await pool.registry.alarms({ device, limit: 500 })).items,
    commands: async (device) => (await pool.registry.commands({ device, limit: 500 })).items,
  };

  /** Devices whose lanes, and those of whose roads, are both there. */
  const connectAll = (count: number) => Promise.all(Array.from({ length: count }, () => lanes.connect()));

  function owner(intake: Intake, ownLanes: () => number[]) {
    const { backbone } = lanes;
    const replays = new Replays({ backbone, registry: pool.registry, intake, log, lanes: ownLanes });
    closing.push(() => replays.close());
  }

  /** Readings of the devices that failed in the version. */
  async function fail(sessions: Session[], version: number): Promise<string[]> {
    const failed = sessions.flatMap((one, index) =>
      readings(perDevice).map(({ ts, n, mark }): DeadLetterEffect => {
        const payload = JSON.stringify({ ts, values: { n, mark, road: roadOf(one) } });
        const where = { flow: "failing", version, node: "check", payload, upload: "telemetry" as const };
        const id = `${laneCount}:${n}:${index}`;
        const what = { reason: "node_failed", message: "It failed.", raw: "" };
        return { type: "dead-letter", id, device: one.device, at: Date.now(), ...where, ...what };
      }),
    );
    await pool.registry.apply(failed);
    return failed.map(({ id }) => id);
  }

  /** Owns lanes that nobody works until something more is in the queue of each. */
  async function sendAsOwner(own: ReadonlySet<number>) {
    const { backbone } = lanes;
    let isOwner = true;
    owner(new Intake(backbone, log), () => (isOwner ? [...own] : []));
    const depths = () => Promise.all([...own].map((lane) => backbone.depth(lane)));
    const before = await depths();
    const isSent = async () => (await depths()).every((depth, index) => depth > before[index]!);
    await expect.poll(isSent, patience).toBe(true);
    isOwner = false;
  }

  async function expectAll(sessions: Session[]) {
    for (const session of sessions) {
      await expect
        .poll(async () => (await letters(session)).filter(({ state }) => state !== "replayed"), patience)
        .toEqual([]);
      await expect.poll(() => came(kept, session.device, roadOf(session)), patience).toEqual(due(perDevice));
      expect(await letters(session)).toHaveLength(perDevice + 1);
    }
  }

  test(
    "have each effect once and in order while the connections to Redis are killed again and again",
    async () => {
      await lanes.start();
      const works = await lanes.deploy(failing(true));
      await lanes.deploy(failing(false));
      const sessions = await connectAll(4);
      for (const { ts, n, mark } of readings(perDevice))
        await Promise.all(sessions.map((one) => lanes.send(one, ts, { n, mark, road: roadOf(one) })));
      for (const one of sessions)
        await expect.poll(async () => (await letters(one)).length, patience).toBe(perDevice + 1);
      for (const one of sessions) expect(await kept.values(one.device, "n", "raw")).toEqual([]);

      const control = new Redis(redis.port, "127.0.0.1");
      closing.push(() => control.quit());
      let killed = 0;
      const killer = setInterval(async () => {
        killed += Number(await control.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
      }, 250);
      const found = await Promise.all(sessions.map(letters));
      await lanes.replay(
        found.flat().map(({ id }) => id),
        works,
      );
      for (const one of sessions)
        await expect
          .poll(async () => (await letters(one)).every(({ state }) => state === "replayed"), patience)
          .toBe(true);
      clearInterval(killer);
      await expectAll(sessions);
      expect(killed).toBeGreaterThan(4);
    },
    slow,
  );

  test(
    "that two owners sent, each before it lost its lanes, are taken once, and go on in that version whatever is deployed meanwhile",
    async () => {
      const works = await lanes.deploy(failing(true));
      const version = await lanes.deploy(failing(false));
      const sessions = await connectAll(4);
      await lanes.replay(await fail(sessions, version), works);
      // The second one cannot know what the first one sent.
      for (const _owner of [1, 2])
        await sendAsOwner(new Set(sessions.map(({ device }) => laneOf(device, laneCount))));
      const deployed = lanes.deploy(failing(false));
      await lanes.start();
      await deployed;
      await expectAll(sessions);
      expect(lanes.tally.repeated).toBeGreaterThan(0);
    },
    slow,
  );

  test(
    "of a lane that stands still hold up those of no other",
    async () => {
      const { backbone } = lanes;
      const works = await lanes.deploy(failing(true));
      const version = await lanes.deploy(failing(false));
      const still = await lanes.connect();
      const stillLane = laneOf(still.device, laneCount);
      let other = await lanes.connect();
      while (laneOf(other.device, laneCount) === stillLane) other = await lanes.connect();
      const otherLane = laneOf(other.device, laneCount);
      const intake = new Intake(backbone, log);
      // As many batches as a lane takes of one process while it works none.
      for (const at of [1, 2]) await intake.put(stillLane, { type: "tick", at });
      const before = await backbone.depth(otherLane);
      await lanes.replay(await fail([still, other], version), works);
      owner(intake, () => [stillLane, otherLane]);
      await expect.poll(() => backbone.depth(otherLane), patience).toBeGreaterThan(before);
      expect(intake.waiting).toBeGreaterThan(0);
    },
    slow,
  );
});
