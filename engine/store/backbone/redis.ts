import { EventEmitter } from "node:events";
import { Queue } from "bullmq";
import { LaneQueues } from "./lane-queues.ts";
import { type Backbone, nodeLifeMs, type Subject } from "./port.ts";
import {
  connect,
  forCommands,
  forSubscriptions,
  known,
  laneTag,
  type RedisPlace,
  redisOutbox,
} from "./redis-connection.ts";
import { requireDurable } from "./redis-durability.ts";
import { aliveChannel, inGeneration, type LaneCount, settleLaneCount } from "./redis-lane-count.ts";
import { rejectMoved } from "./redis-moved-lane.ts";
import { reachServers } from "./redis-state.ts";
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
  const connections = [commands, listener, fences] as const;
  for (const connection of connections) connection.on("error", (error) => log("Redis", error));
  const replicated = replicating(fences, log);
  const usual = Math.max(fewestLanes, settings.threads ?? 1);
  const settle = () => settleLaneCount(commands, settings, settings.lanes, usual);
  let settled: LaneCount;
  try {
    const states = await reachServers(connections, settings);
    requireDurable(states, { isRelaxed: settings.isRelaxed ?? false, log });
    // One that is refused is not to be seen.
    await settle();
    await known(listener.subscribe(aliveChannel(settings)));
    // Once more: a move of the lanes that did not see this process has been seen by it.
    settled = await settle();
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }

  const lanes = settled.count;
  const place = inGeneration(settings, settled.generation);
  const nodes = `${place.prefix}:nodes`;
  const queues = new LaneQueues({
    lanes,
    Queue,
    options: (lane) => ({
      connection: commands,
      prefix: laneTag(place, lane),
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
    enqueue: (lane, batch) =>
      known(replicated(laneTag(place, lane), () => queues.add(lane, batch).catch(rejectMoved))),
    ...redisOutbox(commands, place),
    heartbeat: (node) => known(commands.millraceHeartbeat(nodes, node, nodeLifeMs).then((all) => all.sort())),
    leave: async (node) => void (await known(commands.zrem(nodes, node))),

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
