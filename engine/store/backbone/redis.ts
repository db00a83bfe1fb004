import { EventEmitter } from "node:events";
import { Queue } from "bullmq";
import { MillraceError } from "../../model/errors.ts";
import { LaneQueues } from "./lane-queues.ts";
import { type Backbone, nodeLifeMs, type Subject, settledLanes } from "./port.ts";
import {
  type Connection,
  connect,
  forCommands,
  forSubscriptions,
  known,
  laneTag,
  type RedisPlace,
  reachAll,
  redisOutbox,
} from "./redis-connection.ts";
import { requireDurable } from "./redis-durability.ts";
import { loneNode, readRedis } from "./redis-state.ts";
import { replicating } from "./replicas.ts";

export interface RedisSettings extends RedisPlace {
  /** For a new installation; when left out as many as `threads`, and at least 4. */
  lanes?: number;
  /** Threads of this process that work lanes; 1 when left out. */
  threads?: number;
  /** Whether a Redis may be used that loses what it acknowledged when it restarts or its memory is full. */
  isRelaxed?: boolean;
  log(message: string, error: Error): void;
}

/** The backbone on Redis 7 or Redis Cluster. */
export async function openRedisBackbone(settings: RedisSettings): Promise<Backbone> {
  const { prefix, log } = settings;
  const commands = connect(settings, forCommands);
  const listener = connect(settings, forSubscriptions);
  const fences = connect(settings, forCommands);
  const connections = [commands, listener, fences];
  for (const connection of connections) connection.on("error", (error) => log("Redis", error));
  const replicated = replicating(fences, log);
  let lanes: number;
  try {
    await reachAll(connections, settings);
    const states = await readRedis(commands, (place, error) =>
      log(`Redis at ${place} does not answer`, error),
    );
    const alone = loneNode(commands, states);
    if (alone) throw new MillraceError("invalid_setting", alone);
    requireDurable(states, { isRelaxed: settings.isRelaxed ?? false, log });
    lanes = await settleLanes(commands, settings);
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }

  const queues = new LaneQueues({
    lanes,
    Queue,
    options: (lane) => ({
      connection: commands,
      prefix: laneTag(settings, lane),
      skipWaitingForReady: true,
      skipMetasUpdate: true,
    }),
    log,
  });
  await queues.ready();

  const heard = new EventEmitter();
  heard.setMaxListeners(0);
  const channel = (subject: Subject) => `${prefix}:${subject}`;
  listener.on("message", (name: string, text: string) => heard.emit(name, JSON.parse(text)));

  return {
    lanes,
    shared: true,
    gapMs: gapOf(lanes),
    enqueue: (lane, batch) => known(replicated(laneTag(settings, lane), () => queues.add(lane, batch))),
    ...redisOutbox(commands, settings),
    heartbeat: (node) =>
      known(commands.millraceHeartbeat(`${prefix}:nodes`, node, nodeLifeMs).then((all) => all.sort())),
    leave: async (node) => void (await known(commands.zrem(`${prefix}:nodes`, node))),

    publish(subject, message) {
      commands
        .publish(channel(subject), JSON.stringify(message))
        .catch((error) => log(`Publish ${subject}`, error));
    },

    subscribe(subject, listen) {
      if (heard.listenerCount(channel(subject)) === 0)
        listener.subscribe(channel(subject)).catch((error) => log(`Subscribe ${subject}`, error));
      heard.on(channel(subject), listen);
      return () => heard.off(channel(subject), listen);
    },

    // The length of BullMQ's own list, without the script that counts every state.
    depth: (lane) => known(commands.llen(queues.waitKey(lane))),
    check: async () => void (await known(commands.ping())),

    async close() {
      await queues.close();
      for (const connection of connections) connection.disconnect();
    },
  };
}

/** Few lanes make few and large batches; fewer than this would not spread over nodes. */
const fewestLanes = 4;

/** A lane's turn comes every 16 ms; more than 10 lanes would keep two cores busy with nothing but batches. */
function gapOf(lanes: number): number {
  return Math.min(4, Math.max(1.5, 16 / lanes));
}

/** The count that the first process of the installation wrote. */
async function settleLanes(redis: Connection, settings: RedisSettings): Promise<number> {
  const { prefix, lanes, threads = 1 } = settings;
  const key = `${prefix}:lanes`;
  const has = await known(redis.get(key));
  const usual = Math.max(fewestLanes, threads);
  const count = settledLanes(has === null ? undefined : Number(has), lanes, usual);
  await known(redis.setnx(key, count));
  return settledLanes(Number(await known(redis.get(key))), lanes, count);
}
