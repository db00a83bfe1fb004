import { Queue, QueueKeys, Worker } from "bullmq";
import { queueName } from "./lane-queues.ts";
import { reclaimLane, workLane } from "./lane-worker.ts";
import type { Commit, LaneSnapshot, LaneStore } from "./port.ts";
import {
  type Connection,
  connect,
  forCommands,
  forWorkers,
  known,
  laneTag,
  type RedisPlace,
  reachAll,
  redisOutbox,
} from "./redis-connection.ts";
import { inGeneration, readLaneCount } from "./redis-lane-count.ts";
import { replicating } from "./replicas.ts";

/** The lanes' state, checkpoints and outboxes on Redis 7 or Redis Cluster, for those who own lanes. */
export async function openRedisLanes(
  settings: RedisPlace & { log(message: string, error: Error): void },
): Promise<LaneStore> {
  const { log } = settings;
  const commands = connect(settings, forCommands);
  const blocking = connect(settings, forWorkers);
  const fences = connect(settings, forCommands);
  const connections = [commands, blocking, fences];
  for (const connection of connections) connection.on("error", (error) => log("Redis", error));
  let generation: number;
  try {
    await reachAll(connections, settings);
    generation = (await readLaneCount(commands, settings))?.generation ?? 0;
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }
  const replicated = replicating(fences, log);
  const place = inGeneration(settings, generation);
  const tag = (lane: number) => laneTag(place, lane);

  return {
    work: (lane, handle) =>
      workLane({ Worker, options: { connection: blocking, prefix: tag(lane) }, lane, handle, log }),
    reclaim: (lane) =>
      known(reclaimLane(Queue, lane, { connection: commands, prefix: tag(lane), skipWaitingForReady: true })),
    snapshot: (lane) => known(replicated(tag(lane), () => snapshot(commands, tag(lane)))),
    async read(lane, keys) {
      const values = await known(commands.hmget(`${tag(lane)}:state`, ...keys));
      return values.map((value) => value ?? undefined);
    },
    async commit(lane, commit) {
      const write = () => commands.millraceCommit(...commitArguments(tag(lane), lane, commit));
      // Effects of a commit that a failover takes back would go out under ids that then come again.
      const done = await known(replicated(tag(lane), write));
      return done === 1 ? "committed" : "conflict";
    },
    ...redisOutbox(commands, place),
    async close() {
      for (const connection of connections) connection.disconnect();
    },
  };
}

async function snapshot(redis: Connection, tag: string): Promise<LaneSnapshot> {
  const read = redis.multi();
  for (const part of ["checkpoint", "wakes", "effects"]) read.hgetall(`${tag}:${part}`);
  read.hkeys(`${tag}:points`);
  const results = (await read.exec())!.map(([error, value]) => {
    if (error) throw error;
    return value;
  });
  const [checkpoint, wakes, effects] = results as Record<string, string>[];
  const producers: Record<string, number> = {};
  for (const [field, value] of Object.entries(checkpoint!))
    if (field.startsWith("p:")) producers[field.slice(2)] = Number(value);
  return {
    sequence: Number(checkpoint!.sequence ?? 0),
    producers,
    wakes: Object.entries(wakes!).map(([device, at]) => [device, Number(at)]),
    effects: Object.entries(effects!)
      .map(([sequence, body]) => ({ sequence: Number(sequence), body }))
      .sort((a, b) => a.sequence - b.sequence),
    points: (results[3] as string[]).map(Number).sort((a, b) => a - b),
  };
}

function commitArguments(tag: string, lane: number, commit: Commit): (string | number)[] {
  const { expected, sequence, producer, number, effects, points, state, tails, wakes } = commit;
  const keys = ["checkpoint", "state", "effects", "points", "wakes"].map((part) => `${tag}:${part}`);
  const marker = new QueueKeys(tag).toKey(queueName(lane), "marker");
  return [...keys, marker, expected, sequence, producer, number, effects, points, state, tails, wakes];
}
