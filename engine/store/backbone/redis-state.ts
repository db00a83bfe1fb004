import { Cluster, type Redis } from "ioredis";
import { MillraceError } from "../../model/errors.ts";
import { type Connection, type RedisPlace, reachAll } from "./redis-connection.ts";

/** What one Redis server says of itself. */
export interface RedisState {
  /** Host and port. */
  place: string;
  isMaster: boolean;
  isInCluster: boolean;
  version: string;
  replicas: number;
  /** Its clock less ours, in ms. */
  skewMs: number;
  /** What CONFIG GET tells; missing where the server forbids it. */
  config: Record<string, string> | undefined;
}

const names = [
  ...["appendonly", "appendfsync", "no-appendfsync-on-rewrite", "maxmemory-policy"],
  ...["repl-timeout", "cluster-node-timeout"],
];

/**
 * Asks each server behind the connection; a cluster's replicas too, as they are the masters to be. Those that do not
 * answer are told of and left out.
 */
export async function readRedis(
  connection: Connection,
  silent: (place: string, error: Error) => void,
): Promise<RedisState[]> {
  const nodes = connection instanceof Cluster ? connection.nodes("all") : [connection as Redis];
  const states = await Promise.all(
    nodes.map((node) =>
      readNode(node).catch((error: Error) => {
        silent(placeOf(node), error);
        return [];
      }),
    ),
  );
  return states.flat().sort((a, b) => (a.place < b.place ? -1 : 1));
}

/**
 * Waits for the first answer on each connection, and tells what the servers say of themselves. Throws MillraceError
 * `unavailable` where none comes, `invalid_setting` where a single host is named of a cluster.
 */
export async function reachServers(
  connections: readonly [Connection, ...Connection[]],
  settings: RedisPlace & { log(message: string, error: Error): void },
): Promise<RedisState[]> {
  const [first] = connections;
  await reachAll(connections, settings);
  const states = await readRedis(first, (place, error) =>
    settings.log(`Redis at ${place} does not answer`, error),
  );
  const alone = loneNode(first, states);
  if (alone) throw new MillraceError("invalid_setting", alone);
  return states;
}

/** What is wrong where a single host is named and turns out to be a node of a cluster; else undefined. */
export function loneNode(connection: Connection, states: readonly RedisState[]): string | undefined {
  const node = states.find(({ isInCluster }) => isInCluster);
  if (!node || connection instanceof Cluster) return undefined;
  return `Redis at ${node.place} is a node of a cluster. Name several hosts of it in MILLRACE_REDIS_URL, with commas; the same one twice will do.`;
}

function placeOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}

async function readNode(node: Redis): Promise<RedisState | []> {
  const info = await node.info();
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  const startMs = Date.now();
  const [seconds, micros] = (await node.time()).map(Number);
  const skewMs = Math.round(seconds! * 1000 + micros! / 1000 - (startMs + Date.now()) / 2);
  return {
    place: placeOf(node),
    isMaster: field("role") === "master",
    isInCluster: field("cluster_enabled") === "1",
    version: field("redis_version"),
    replicas: Number(field("connected_slaves") || 0),
    skewMs,
    config: await configOf(node),
  };
}

/** Managed servers often have no CONFIG, or let nobody use it. */
async function configOf(node: Redis): Promise<RedisState["config"]> {
  try {
    const told = (await node.call("CONFIG", "GET", ...names)) as string[];
    const config = Object.fromEntries(told.flatMap((name, i) => (i % 2 === 0 ? [[name, told[i + 1]!]] : [])));
    return config.appendonly === undefined ? undefined : config;
  } catch (error) {
    if (/NOPERM|unknown command|not allowed|disabled/i.test((error as Error).message)) return undefined;
    throw error;
  }
}
