import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freeTcpPort } from "./free-port.ts";
import { startRedis } from "./redis.ts";
import type { Server } from "./server.ts";

/** A Redis Cluster of three masters with a replica each. */
export interface RedisCluster {
  /** All six nodes, as MILLRACE_REDIS_URL takes them. */
  url: string;
  nodes: Server[];
  /** The node that serves a key at this moment. */
  masterOf(key: string): Promise<Server>;
  /** What `redis-cli` says to a node. */
  say(node: Server, ...command: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Longer than a node waits for a processor, or for the disk, where many suites use the machine. */
const nodeTimeoutMs = 3000;

/** Six processes of their own; resolves when each of them sees the whole cluster, replicas at work. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const started = await Promise.allSettled(Array.from({ length: 6 }, startNode));
  const nodes = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  // Asked to end, a node would first wait for its replica or its file.
  const end = async ({ server }: (typeof nodes)[number]) => {
    await server.kill();
    await server.stop();
  };
  const stop = async () => void (await Promise.all(nodes.map(end)));
  try {
    for (const one of started) if (one.status === "rejected") throw one.reason;
    const places = nodes.map(({ server, busPort }) => `127.0.0.1:${server.port}@${busPort}`);
    await redisCli("--cluster", "create", ...places, "--cluster-replicas", "1", "--cluster-yes");
    await Promise.all(nodes.map(({ server }) => settled(server)));
  } catch (error) {
    await stop();
    throw error;
  }
  const servers = nodes.map(({ server }) => server);
  return {
    url: servers.map((server) => server.url).join(","),
    nodes: servers,
    masterOf: (key) => masterOf(servers, key),
    say,
    stop,
  };
}

async function startNode() {
  const busPort = await freeTcpPort();
  const args = ["--cluster-enabled", "yes", "--cluster-port", `${busPort}`];
  const timing = ["--cluster-node-timeout", `${nodeTimeoutMs}`, "--repl-diskless-sync-delay", "0"];
  return { server: await startRedis({ args: [...args, ...timing] }), busPort };
}

async function settled(node: Server) {
  for (const until = Date.now() + 90_000; ; await sleep(100)) {
    const [info, replication] = [await say(node, "cluster", "info"), await say(node, "info", "replication")];
    const isWhole = /cluster_state:ok/.test(info) && /cluster_known_nodes:6/.test(info);
    if (isWhole && /master_link_status:up|slave0:.*state=online/.test(replication)) return;
    if (Date.now() > until) throw new Error(`The cluster does not come together:\n${info}\n${replication}`);
  }
}

async function masterOf(servers: Server[], key: string): Promise<Server> {
  for (const asked of servers) {
    const slot = Number(await say(asked, "cluster", "keyslot", key).catch(() => Number.NaN));
    if (Number.isNaN(slot)) continue;
    for (const line of (await say(asked, "cluster", "nodes")).split("\n")) {
      const [, place, , , , , , , ...ranges] = line.split(" ");
      const port = Number(/:(\d+)@/.exec(place ?? "")?.[1]);
      const isHere = ranges.some((range) => {
        const [first, last = first] = range.split("-").map(Number);
        return slot >= first! && slot <= last!;
      });
      if (isHere) return servers.find((server) => server.port === port)!;
    }
  }
  throw new Error(`No node serves ${key}`);
}

function say(node: Server, ...command: string[]): Promise<string> {
  return redisCli("-p", `${node.port}`, ...command);
}

async function redisCli(...args: string[]): Promise<string> {
  const child = spawn("redis-cli", args, { stdio: ["ignore", "pipe", "pipe"], timeout: 90_000 });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      said += chunk;
    });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`redis-cli ${args.join(" ")} ended with ${code}:\n${said}`);
  return said;
}
