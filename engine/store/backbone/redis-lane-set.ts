import { setTimeout as sleep } from "node:timers/promises";
import { Queue } from "bullmq";
import { Cluster, type Redis } from "ioredis";
import { flowsKey, LaneState } from "../../flow/state.ts";
import { MillraceError } from "../../model/errors.ts";
import { laneOf } from "../../model/lane.ts";
import { countUnfinished } from "./lane-queues.ts";
import { type IsIdle, type LaneLook, type LaneSet, type MovePhase, requireNothingWaits } from "./lane-set.ts";
import {
  type Connection,
  connect,
  forCommands,
  forSubscriptions,
  known,
  laneTag,
  type RedisPlace,
} from "./redis-connection.ts";
import {
  aliveChannel,
  countTag,
  inGeneration,
  type LaneCount,
  readLaneCount,
  writeLaneCount,
} from "./redis-lane-count.ts";
import { deleteLane, deleteMovedLane } from "./redis-moved-lane.ts";
import { reachServers } from "./redis-state.ts";
import { type Replicated, replicating } from "./replicas.ts";

/** Keys of a hash that are read and written at a time. */
const portion = 1000;
/** A replica may be behind by all that was just copied; each try takes half a second. */
const mostTries = 120;
/** With `appendfsync everysec` what was written is on the disk after this. */
const syncedMs = 2000;

export interface RedisLaneSetSettings extends RedisPlace {
  isIdle: IsIdle;
  log(message: string, error: Error): void;
}

/** All lanes of the installation on Redis 7 or Redis Cluster. Throws MillraceError `not_found` where none has begun. */
export async function openRedisLaneSet(settings: RedisLaneSetSettings): Promise<LaneSet> {
  const { log, prefix } = settings;
  const commands = connect(settings, forCommands);
  const listener = connect(settings, forSubscriptions);
  const fences = connect(settings, forCommands);
  const connections = [commands, listener, fences] as const;
  for (const connection of connections) connection.on("error", (error) => log("Redis", error));
  try {
    await reachServers(connections, settings);
    if (!(await readLaneCount(commands, settings)))
      throw new MillraceError(
        "not_found",
        `No installation with the prefix "${prefix}" has begun on this Redis. Mend MILLRACE_REDIS_URL or MILLRACE_REDIS_PREFIX; a first start takes its count from MILLRACE_LANES.`,
      );
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }
  const lanes = new RedisLanes(settings, commands, listener, replicating(fences, log));
  return {
    count: async () => (await lanes.read()).count,
    moving: async () => (await lanes.read()).moving,
    look: () => lanes.look(),
    move: (count, passed = () => {}) => lanes.move(count, passed),
    async close() {
      for (const connection of connections) connection.disconnect();
    },
  };
}

/**
 * Moves by a copy: the lanes of the next generation are made beside those at work, one write of the count makes them the
 * ones that count, and the old ones are deleted. Killed at any point it leaves one whole generation.
 */
class RedisLanes {
  readonly #settings: RedisLaneSetSettings;
  readonly #redis: Connection;
  readonly #listener: Connection;
  readonly #replicated: Replicated;

  constructor(
    settings: RedisLaneSetSettings,
    redis: Connection,
    listener: Connection,
    replicated: Replicated,
  ) {
    this.#settings = settings;
    this.#redis = redis;
    this.#listener = listener;
    this.#replicated = replicated;
  }

  async read(): Promise<LaneCount> {
    return (await readLaneCount(this.#redis, this.#settings))!;
  }

  async look(): Promise<LaneLook[]> {
    const { count, generation } = await this.read();
    const waiting = await this.#waiting(generation, count);
    const looks: LaneLook[] = [];
    for (const look of waiting)
      looks.push({ ...look, devices: await this.#devices(this.#tag(generation, look.lane)) });
    return looks;
  }

  async move(to: number, passed: (phase: MovePhase) => void) {
    await known(this.#listener.subscribe(aliveChannel(this.#settings)));
    const found = await this.read();
    const { count, generation } = found;
    // From here on nothing starts; what started before is seen.
    if (found.moving === undefined && to !== count) await this.#write({ ...found, moving: to });
    try {
      await this.#requireStopped(to);
    } catch (error) {
      if (found.moving === undefined && to !== count) await this.#write(found);
      throw error;
    }
    passed("marked");
    if (found.left !== undefined) await this.#deleteLanes(generation - 1, found.left, deleteMovedLane);
    if (found.moving !== undefined) await this.#deleteLanes(generation + 1, found.moving, deleteLane);
    if (to === count) return this.#write({ count, generation });
    const next = { count: to, generation: generation + 1 };
    await this.#write({ count, generation, moving: to });
    await this.#requireNothingWaits(found, to);
    await this.#copy(found, next);
    passed("copied");
    // One that was cut off may be back.
    await this.#requireStopped(to);
    await this.#requireNothingWaits(found, to);
    await this.#write({ ...next, left: count });
    passed("switched");
    await sleep(syncedMs);
    await this.#deleteLanes(generation, count, deleteMovedLane);
    await this.#write(next);
    await known(this.#redis.unlink(`${countTag(this.#settings)}:fence`));
  }

  #tag(generation: number, lane: number): string {
    return laneTag(inGeneration(this.#settings, generation), lane);
  }

  async #write(lanes: LaneCount) {
    await this.#kept(countTag(this.#settings), () => writeLaneCount(this.#redis, this.#settings, lanes));
  }

  /** Until a replica has it, where there is one. */
  async #kept(tag: string, work: () => Promise<void>) {
    for (let tries = 1; ; tries++)
      try {
        return await known(this.#replicated(tag, work));
      } catch (error) {
        if (tries >= mostTries) throw error;
      }
  }

  async #requireStopped(to: number) {
    const others = (await this.#alive()) - 1;
    if (others > 0)
      throw new MillraceError(
        "conflict",
        `${others === 1 ? "One process" : `${others} processes`} of the installation "${this.#settings.prefix}" on this Redis ${others === 1 ? "is" : "are"} running. Stop all of them, whatever their roles, and run millrace lanes ${to} again. One whose machine vanished is seen for up to five minutes.`,
      );
  }

  /** Takes the move back before it throws: what waits needs a start. */
  async #requireNothingWaits({ count, generation }: LaneCount, to: number) {
    try {
      requireNothingWaits(await this.#waiting(generation, count), to);
    } catch (error) {
      await this.#deleteLanes(generation + 1, to, deleteLane);
      await this.#write({ count, generation });
      throw error;
    }
  }

  /** Processes of the installation, this one included. */
  async #alive(): Promise<number> {
    const redis = this.#redis;
    const nodes = redis instanceof Cluster ? redis.nodes("all") : [redis as Redis];
    // Each node tells of those who are connected to it.
    const counts = await known(
      Promise.all(nodes.map((node) => node.pubsub("NUMSUB", aliveChannel(this.#settings)))),
    );
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  async #waiting(generation: number, count: number): Promise<Omit<LaneLook, "devices">[]> {
    const looks = [];
    for (let lane = 0; lane < count; lane++) {
      const tag = this.#tag(generation, lane);
      const options = { connection: this.#redis, prefix: tag, skipWaitingForReady: true };
      const [batches, effects, points] = await known(
        Promise.all([
          countUnfinished(Queue, lane, options, this.#settings.isIdle),
          this.#redis.hlen(`${tag}:effects`),
          this.#redis.hlen(`${tag}:points`),
        ]),
      );
      looks.push({ lane, batches, effects, points });
    }
    return looks;
  }

  async #devices(tag: string): Promise<number> {
    let devices = 0;
    for (let cursor = ""; cursor !== "0"; ) {
      const [next, found] = await known(this.#redis.millraceCountDevices(`${tag}:state`, cursor || "0"));
      devices += found;
      cursor = next;
    }
    return devices;
  }

  async #copy(from: LaneCount, to: LaneCount) {
    let flows: string | undefined;
    let sequence = 0;
    for (let lane = 0; lane < from.count; lane++) {
      const tag = this.#tag(from.generation, lane);
      for await (const pairs of this.#portions(`${tag}:state`))
        await this.#put(to, "state", pairs, LaneState.deviceOf);
      for await (const pairs of this.#portions(`${tag}:wakes`))
        await this.#put(to, "wakes", pairs, (device) => device);
      const its = await known(this.#redis.hget(`${tag}:state`, flowsKey));
      flows = LaneState.newerFlows(flows, its ?? undefined);
      sequence = Math.max(sequence, Number(await known(this.#redis.hget(`${tag}:checkpoint`, "sequence"))));
    }
    const own = LaneState.ownOfMoved(flows);
    for (let lane = 0; lane < to.count; lane++) {
      const tag = this.#tag(to.generation, lane);
      await this.#kept(tag, async () => {
        if (own.length > 0) await this.#redis.hset(`${tag}:state`, ...own);
        // Above all that were given out in any lane: ids of effects stay new, whatever the clock says.
        if (sequence > 0) await this.#redis.hset(`${tag}:checkpoint`, "sequence", sequence);
      });
    }
  }

  async *#portions(key: string): AsyncIterable<string[]> {
    for (let cursor = ""; cursor !== "0"; ) {
      const [next, pairs] = await known(this.#redis.hscan(key, cursor || "0", "COUNT", portion));
      cursor = next;
      if (pairs.length > 0) yield pairs;
    }
  }

  /** Puts fields and values, alternating, into the lanes of their devices. */
  async #put(
    { count, generation }: LaneCount,
    part: "state" | "wakes",
    pairs: readonly string[],
    deviceOf: (field: string) => string | undefined,
  ) {
    const byLane = new Map<number, string[]>();
    for (let at = 0; at < pairs.length; at += 2) {
      const device = deviceOf(pairs[at]!);
      if (device === undefined) continue;
      const lane = laneOf(device, count);
      const own = byLane.get(lane) ?? [];
      own.push(pairs[at]!, pairs[at + 1]!);
      byLane.set(lane, own);
    }
    const written = [...byLane].map(([lane, own]) =>
      this.#redis.hset(`${this.#tag(generation, lane)}:${part}`, ...own),
    );
    await known(Promise.all(written));
  }

  async #deleteLanes(generation: number, count: number, remove: typeof deleteLane) {
    for (let lane = 0; lane < count; lane++)
      await known(remove(this.#redis, this.#tag(generation, lane), lane));
  }
}
