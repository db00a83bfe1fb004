import { Queue, Worker } from "bullmq";
import { reclaimLane, workLane } from "./lane-worker.ts";
import type { Commit, LaneSnapshot, LaneStore, Outbox } from "./port.ts";
import {
  type Connection,
  connect,
  dropDelivered,
  forCommands,
  forWorkers,
  known,
  laneTag,
  type RedisPlace,
  reach,
} from "./redis-connection.ts";

/** The lanes' state, checkpoints and outboxes on Redis 7 or Redis Cluster, for those who own lanes. */
export async function openRedisLanes(
  settings: RedisPlace & { log(message: string, error: Error): void },
): Promise<LaneStore> {
  const { log } = settings;
  const commands = connect(settings, forCommands);
  const blocking = connect(settings, forWorkers);
  for (const connection of [commands, blocking]) connection.on("error", (error) => log("Redis", error));
  await reach(commands, settings);
  const tag = (lane: number) => laneTag(settings, lane);

  return {
    work: (lane, handle) =>
      workLane({ Worker, options: { connection: blocking, prefix: tag(lane) }, lane, handle, log }),
    reclaim: (lane) =>
      known(reclaimLane(Queue, lane, { connection: commands, prefix: tag(lane), skipWaitingForReady: true })),
    snapshot: (lane) => known(snapshot(commands, tag(lane))),
    async commit(lane, commit) {
      const done = await known(commands.millraceCommit(...commitArguments(tag(lane), commit)));
      return done === 1 ? "committed" : "conflict";
    },
    delivered: dropDelivered(commands, settings),
    async close() {
      commands.disconnect();
      blocking.disconnect();
    },
  };
}

async function snapshot(redis: Connection, tag: string): Promise<LaneSnapshot> {
  const read = redis.multi();
  for (const part of ["checkpoint", "state", "effects", "points"]) read.hgetall(`${tag}:${part}`);
  const results = (await read.exec())!;
  const [checkpoint, state, effects, points] = results.map(([error, value]) => {
    if (error) throw error;
    return value as Record<string, string>;
  });
  const producers: Record<string, number> = {};
  for (const [field, value] of Object.entries(checkpoint!))
    if (field.startsWith("p:")) producers[field.slice(2)] = Number(value);
  const sequences = new Set([...Object.keys(effects!), ...Object.keys(points!)].map(Number));
  const outbox: Outbox[] = [...sequences]
    .sort((a, b) => a - b)
    .map((sequence) => ({ sequence, effects: effects![sequence] ?? "", points: points![sequence] ?? "" }));
  return {
    sequence: Number(checkpoint!.sequence ?? 0),
    producers,
    state: Object.entries(state!).flat(),
    outbox,
  };
}

function commitArguments(tag: string, commit: Commit): (string | number)[] {
  const { expected, sequence, producer, number, effects, points, state, tails } = commit;
  const keys = [`${tag}:checkpoint`, `${tag}:state`, `${tag}:effects`, `${tag}:points`];
  return [...keys, expected, sequence, producer, number, effects, points, state, tails];
}
