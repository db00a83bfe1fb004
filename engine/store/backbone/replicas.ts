import { Cluster, Command, type Redis } from "ioredis";
import { MillraceError } from "../../model/errors.ts";
import type { Connection } from "./redis-connection.ts";

/**
 * Does what it is given with a lane's keys, and resolves when a replica of the lane's Redis has everything that was
 * written to them until then; at once where there is no replica. Rejects with MillraceError `unavailable` when no
 * replica told in time, or the lane moved to another Redis meanwhile.
 */
export type Replicated = <T>(tag: string, work: () => Promise<T>) => Promise<T>;

const waitMs = 500;
const countForMs = 1000;

interface Count {
  replicas: Promise<number>;
  untilMs: number;
}

/** `fences` is a connection for this alone: what waits for replicas holds up all that comes after it. */
export function replicating(fences: Connection, log: (message: string, error: Error) => void): Replicated {
  const counts = new WeakMap<Redis, Count>();
  const alone = new Set<string>();

  async function countOf(node: Redis): Promise<number> {
    const known = counts.get(node);
    if (known && known.untilMs > Date.now()) return known.replicas;
    const replicas = node.info("replication").then(online);
    counts.set(node, { replicas, untilMs: Date.now() + countForMs });
    replicas.then(
      (count) => tell(node, count),
      () => counts.delete(node),
    );
    return replicas;
  }

  /** Once each time a Redis that should have a replica is found to have none. */
  function tell(node: Redis, count: number) {
    const place = placeOf(node);
    if (count > 0) return void alone.delete(place);
    if (alone.has(place) || !(fences instanceof Cluster)) return;
    alone.add(place);
    log("Redis", new Error(`${place} has no replica: what it takes from now on is lost if it fails.`));
  }

  /** A write of this connection's own, as WAIT knows no others; the lane's earlier writes are before it in the stream. */
  async function fence(node: Redis, tag: string) {
    const results = (await node.pipeline().set(`${tag}:fence`, "").wait(1, waitMs).exec())!;
    for (const [error] of results) if (error) throw error;
    if (Number(results[1]![1]) > 0) return;
    counts.delete(node);
    throw new MillraceError(
      "unavailable",
      `no replica of ${placeOf(node)} took what was written within ${waitMs} ms`,
    );
  }

  return async (tag, work) => {
    try {
      // Looked up before the work: a Redis that took over since then may not have what was written.
      const node = fences instanceof Cluster ? ownerOf(fences, tag) : fences;
      const done = await work();
      if ((await countOf(node)) > 0) await fence(node, tag);
      return done;
    } catch (error) {
      // What goes to one node, past the cluster's own ways, does not make it look who has which keys.
      if (fences instanceof Cluster) await refreshed(fences);
      throw error;
    }
  };
}

function ownerOf(cluster: Cluster, tag: string): Redis {
  const place = cluster.slots[new Command("get", [tag]).getSlot() ?? -1]?.[0];
  const node = cluster.nodes("master").find((one) => placeOf(one) === place);
  if (!node) throw new MillraceError("unavailable", `no node of the cluster has the keys of ${tag} now`);
  return node;
}

function refreshed(cluster: Cluster): Promise<void> {
  return new Promise((resolve) => cluster.refreshSlotsCache(() => resolve()));
}

function placeOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}

/** Replicas that have caught up once, as INFO tells of them. */
function online(info: string): number {
  return info.match(/^slave\d+:.*state=online/gm)?.length ?? 0;
}
