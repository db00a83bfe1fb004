import { Cluster, Redis, type RedisOptions } from "ioredis";
import { MillraceError } from "../../model/errors.ts";
import type { Outbox, Part } from "./port.ts";
import { commitScript, countDevicesScript, heartbeatScript } from "./scripts.ts";

/** Where the Redis of an installation is. */
export interface RedisPlace {
  /** `redis://` or `rediss://`; several hosts, comma-separated, for Redis Cluster. */
  url: string;
  /** Begins every key, so that installations can share a Redis. */
  prefix: string;
}

interface Scripts {
  millraceCommit(...args: (string | number)[]): Promise<0 | 1>;
  millraceHeartbeat(key: string, node: string, lifeMs: number): Promise<string[]>;
  millraceCountDevices(key: string, cursor: string): Promise<[cursor: string, devices: number]>;
}
export type Connection = (Redis | Cluster) & Scripts;

const commandTimeoutMs = 5000;
const slotsRefreshInterval = 2000;
/** Longer than BullMQ's workers wait for a batch, 5 s. */
const workerTimeoutMs = 8000;
const pingEveryMs = 2000;

// A connection whose host vanished never ends by itself; one that owes an answer for so long is given up.

/** For commands: without the offline queue one fails at once while Redis is away, instead of hanging. */
export const forCommands: RedisOptions = {
  enableOfflineQueue: false,
  commandTimeout: commandTimeoutMs,
  socketTimeout: commandTimeoutMs,
};
/** For the blocking reads of BullMQ's workers. */
export const forWorkers: RedisOptions = { maxRetriesPerRequest: null, socketTimeout: workerTimeoutMs };
/** For subscriptions. */
export const forSubscriptions: RedisOptions = { socketTimeout: commandTimeoutMs };

/** Begins to connect, and goes on trying until it is disconnected. */
export function connect({ url }: Pick<RedisPlace, "url">, options: RedisOptions): Connection {
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
      ? new Cluster(nodes, {
          redisOptions,
          enableOfflineQueue: options.enableOfflineQueue ?? true,
          // A master that hangs breaks no connection; only asking tells that another took over.
          slotsRefreshInterval,
        })
      : new Redis({ ...redisOptions, ...nodes[0]!, db: Number(first.pathname.slice(1) || 0) });
  connection.defineCommand("millraceCommit", { numberOfKeys: 6, lua: commitScript });
  connection.defineCommand("millraceHeartbeat", { numberOfKeys: 1, lua: heartbeatScript });
  connection.defineCommand("millraceCountDevices", { numberOfKeys: 1, lua: countDevicesScript });
  keepAsking(connection);
  return connection as Connection;
}

/** Until it is disconnected. Who only listens, or stands by, is owed no answer, and would not notice that none can come. */
function keepAsking(connection: Redis | Cluster) {
  const timer = setInterval(() => {
    const nodes = connection instanceof Cluster ? connection.nodes() : [connection];
    for (const node of nodes) if (node.status === "ready") node.ping().catch(() => {});
  }, pingEveryMs).unref();
  connection.once("end", () => clearInterval(timer));
}

/** Waits for the first answer on each, at most `withinMs`; without one, disconnects them all and rejects. */
export async function reachAll(
  connections: readonly Connection[],
  place: Pick<RedisPlace, "url">,
  withinMs = 10_000,
) {
  try {
    await Promise.all(connections.map((connection) => reach(connection, place, withinMs)));
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }
}

async function reach(connection: Connection, { url }: Pick<RedisPlace, "url">, withinMs: number) {
  const shown = url.replaceAll(/\/\/[^@,]*@/g, "//***@");
  const deadline = Date.now() + withinMs;
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

/** Begins the keys of a lane. They share a hash tag, so that a commit stays in one slot of a Redis Cluster. */
export function laneTag({ prefix }: Pick<RedisPlace, "prefix">, lane: number): string {
  return `{${prefix}-lane${lane}}`;
}

/** The outboxes of all lanes. */
export function redisOutbox(commands: Connection, place: RedisPlace): Outbox {
  const key = (part: Part, lane: number) => `${laneTag(place, lane)}:${part}`;
  return {
    async outbox(part, lane, sequences) {
      const bodies = await known(commands.hmget(key(part, lane), ...sequences.map(String)));
      return bodies.map((body) => body ?? "");
    },
    async delivered(part, commits) {
      const fields = new Map<number, string[]>();
      for (const { lane, sequence } of commits) {
        const drops = fields.get(lane);
        if (drops) drops.push(String(sequence));
        else fields.set(lane, [String(sequence)]);
      }
      await known(Promise.all([...fields].map(([lane, all]) => commands.hdel(key(part, lane), ...all))));
    },
  };
}

/** The caller hears that the outcome is unknown, unless a script failed at what it was given. */
export async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (/^ERR .*user_script/.test((error as Error).message)) throw error;
    throw new MillraceError("unavailable", `Redis: ${(error as Error).message}`, undefined, { cause: error });
  }
}
