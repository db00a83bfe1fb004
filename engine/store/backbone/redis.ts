import { EventEmitter } from "node:events";
import { Queue, Worker } from "bullmq";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { MillraceError } from "../../model/errors.ts";
import { LaneQueues } from "./lane-queues.ts";
import {
  type Backbone,
  type Commit,
  type LaneSnapshot,
  nodeLifeMs,
  type Outbox,
  type Subject,
  settledLanes,
} from "./port.ts";
import { commitScript, heartbeatScript } from "./scripts.ts";

export interface RedisSettings {
  /** `redis://` or `rediss://`; several hosts, comma-separated, for Redis Cluster. */
  url: string;
  /** For a new installation; 16 when left out. */
  lanes?: number;
  /** Begins every key, so that installations can share a Redis. */
  prefix: string;
  log(message: string, error: Error): void;
}

interface Scripts {
  millraceCommit(...args: (string | number)[]): Promise<0 | 1>;
  millraceHeartbeat(key: string, node: string, lifeMs: number): Promise<string[]>;
}
type Connection = (Redis | Cluster) & Scripts;

const commandTimeoutMs = 5000;

/** The backbone on Redis 7 or Redis Cluster. All keys of a lane share a hash tag, so that its commit is one slot. */
export async function openRedisBackbone(settings: RedisSettings): Promise<Backbone> {
  const { prefix, log } = settings;
  // Without the offline queue a command fails at once while Redis is away, instead of hanging.
  const commands = connect(settings, { enableOfflineQueue: false, commandTimeout: commandTimeoutMs });
  const listener = connect(settings, {});
  const blocking = connect(settings, { maxRetriesPerRequest: null });
  const connections = [commands, listener, blocking];
  for (const connection of connections) connection.on("error", (error) => log("Redis", error));
  let lanes: number;
  try {
    await reach(commands, settings.url);
    lanes = await settleLanes(commands, settings);
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }

  const tag = (lane: number) => `{${prefix}-lane${lane}}`;
  const queues = new LaneQueues({
    lanes,
    classes: { Queue, Worker },
    queueOptions: (lane) => ({
      connection: commands,
      prefix: tag(lane),
      skipWaitingForReady: true,
      skipMetasUpdate: true,
    }),
    workerOptions: (lane) => ({ connection: blocking, prefix: tag(lane) }),
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
    enqueue: (lane, batch) => known(queues.add(lane, batch)),
    work: (lane, handle) => queues.work(lane, handle),
    snapshot: (lane) => known(snapshot(commands, tag(lane))),

    async commit(lane, commit) {
      const done = await known(commands.millraceCommit(...commitArguments(tag(lane), commit)));
      return done === 1 ? "committed" : "conflict";
    },

    async delivered(part, commits) {
      const fields = new Map<number, string[]>();
      for (const { lane, sequence } of commits) {
        const drops = fields.get(lane);
        if (drops) drops.push(String(sequence));
        else fields.set(lane, [String(sequence)]);
      }
      await known(
        Promise.all([...fields].map(([lane, all]) => commands.hdel(`${tag(lane)}:${part}`, ...all))),
      );
    },

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

    // Asked for each batch: the length of BullMQ's own list, without the script that counts every state.
    depth: (lane) => known(commands.llen(queues.waitKey(lane))),
    check: async () => void (await known(commands.ping())),

    async close() {
      await queues.close();
      for (const connection of connections) connection.disconnect();
    },
  };
}

function connect({ url }: RedisSettings, options: RedisOptions): Connection {
  const urls = url.split(",").map((one) => new URL(one.trim()));
  const first = urls[0]!;
  const redisOptions: RedisOptions = {
    ...options,
    ...(first.protocol === "rediss:" && { tls: {} }),
    ...(first.username && { username: decodeURIComponent(first.username) }),
    ...(first.password && { password: decodeURIComponent(first.password) }),
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
  };
  const nodes = urls.map(({ hostname, port }) => ({ host: hostname, port: Number(port || 6379) }));
  const connection =
    nodes.length > 1
      ? new Cluster(nodes, { redisOptions, enableOfflineQueue: options.enableOfflineQueue ?? true })
      : new Redis({ ...redisOptions, ...nodes[0]!, db: Number(first.pathname.slice(1) || 0) });
  connection.defineCommand("millraceCommit", { numberOfKeys: 4, lua: commitScript });
  connection.defineCommand("millraceHeartbeat", { numberOfKeys: 1, lua: heartbeatScript });
  return connection as Connection;
}

/** The count that the first process of the installation wrote. */
async function settleLanes(redis: Connection, { prefix, lanes }: RedisSettings): Promise<number> {
  const key = `${prefix}:lanes`;
  const has = await known(redis.get(key));
  const count = settledLanes(has === null ? undefined : Number(has), lanes, 16);
  await known(redis.setnx(key, count));
  return settledLanes(Number(await known(redis.get(key))), lanes, count);
}

/** Waits for the first answer, at most ten seconds. */
async function reach(connection: Connection, url: string) {
  const shown = url.replaceAll(/\/\/[^@,]*@/g, "//***@");
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await connection.ping();
      return;
    } catch (error) {
      if (Date.now() > deadline)
        throw new MillraceError(
          "unavailable",
          `Redis at ${shown} does not answer (${(error as Error).message}). Start it, or mend MILLRACE_REDIS_URL; unset, Millrace runs without Redis.`,
        );
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
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
  const { expected, sequence, producer, number, effects, points, state } = commit;
  const keys = [`${tag}:checkpoint`, `${tag}:state`, `${tag}:effects`, `${tag}:points`];
  return [...keys, expected, sequence, producer, number, effects, points, ...state];
}

/** Whatever Redis threw, the caller hears that the outcome is unknown. */
async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new MillraceError("unavailable", `Redis: ${(error as Error).message}`, undefined, { cause: error });
  }
}
