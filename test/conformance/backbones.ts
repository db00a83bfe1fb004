import { join } from "node:path";
import type { LaneSet } from "../../engine/store/backbone/lane-set.ts";
import type { Backbone, LaneStore } from "../../engine/store/backbone/port.ts";
import { openPostgresBackbone } from "../../engine/store/backbone/postgres.ts";
import { openBackbonePool } from "../../engine/store/backbone/postgres-connection.ts";
import { openPostgresLaneSet } from "../../engine/store/backbone/postgres-lane-set.ts";
import { openPostgresLanes } from "../../engine/store/backbone/postgres-lanes.ts";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { openRedisLaneSet } from "../../engine/store/backbone/redis-lane-set.ts";
import { openRedisLanes } from "../../engine/store/backbone/redis-lanes.ts";
import { openPglite, type SqlPool } from "../../engine/store/pglite.ts";
import { copyDatabase } from "../support/database-template.ts";
import { startPostgres } from "../support/postgres.ts";
import { startRedis } from "../support/redis.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

/** Both sides of an installation: the way into the lanes, and what their owner works with. */
export type Both = Backbone & LaneStore;

/**
 * Opens a fresh installation of 4 lanes; `again` opens the same one as another process or a later start would, `halt` ends
 * all that were opened, and `laneSet` opens its lanes as a whole.
 */
export interface Adapter {
  name: string;
  open(): Promise<{
    /** Redis only. */
    url?: string;
    first: Both;
    again(lanes?: number): Promise<Both>;
    halt(): Promise<void>;
    laneSet(): Promise<LaneSet>;
    close(): Promise<void>;
  }>;
}

/** Of batches in these suites. */
const isIdle = (frames: string) => frames === "idle";

const log = () => {};

export const adapters: Adapter[] = [
  { name: "PGlite", open: openOnPglite },
  { name: "PostgreSQL", open: openOnPostgres },
  { name: "Redis", open: () => openOnRedis(startRedis()) },
  { name: "Redis Cluster", open: () => openOnRedis(startRedisCluster()) },
];

async function openOnPglite() {
  const folder = tempFolder();
  const dataDir = join(folder, "database");
  await copyDatabase(dataDir);
  return openOnDatabase({
    embedded: true,
    pool: () => openPglite({ dataDir }),
    stop: async () => removeFolder(folder),
  });
}

async function openOnPostgres() {
  const postgres = await startPostgres();
  return openOnDatabase({
    embedded: false,
    pool: async () => openBackbonePool(postgres.url),
    stop: () => postgres.stop(),
  });
}

/** A database belongs to one process: a later start closes the earlier one first. */
async function openOnDatabase(place: {
  embedded: boolean;
  pool(): Promise<SqlPool>;
  stop(): Promise<void>;
}): ReturnType<Adapter["open"]> {
  const { embedded } = place;
  let close = async () => {};
  async function start(lanes?: number): Promise<Both> {
    const pool = await place.pool();
    close = () => pool.end();
    const backbone = await openPostgresBackbone({ pool, embedded, lanes, log });
    const opened = both(backbone, openPostgresLanes({ pool, log }));
    close = async () => {
      await opened.close();
      await pool.end();
    };
    return opened;
  }
  return {
    first: await start(4),
    async again(lanes) {
      await close();
      return start(lanes);
    },
    async halt() {
      await close();
      close = async () => {};
    },
    async laneSet() {
      await close();
      const pool = await place.pool();
      close = () => pool.end();
      return { ...(await openPostgresLaneSet({ pool, isIdle })), close };
    },
    async close() {
      await close();
      await place.stop();
    },
  };
}

async function openOnRedis(
  starting: Promise<{ url: string; stop(): Promise<void> }>,
): ReturnType<Adapter["open"]> {
  const redis = await starting;
  const settings = { url: redis.url, prefix: "test", log };
  const opened = new Set<{ close(): Promise<void> }>();
  const halt = async () => {
    for (const one of opened) await one.close();
    opened.clear();
  };
  async function start(lanes?: number): Promise<Both> {
    const one = both(await openRedisBackbone({ ...settings, lanes }), await openRedisLanes(settings));
    opened.add(one);
    return one;
  }
  return {
    url: redis.url,
    first: await start(4),
    again: start,
    halt,
    async laneSet() {
      const lanes = await openRedisLaneSet({ ...settings, isIdle });
      opened.add(lanes);
      return lanes;
    },
    async close() {
      await halt();
      await redis.stop();
    },
  };
}

function both(backbone: Backbone, store: LaneStore): Both {
  return {
    ...store,
    ...backbone,
    async close() {
      await store.close();
      await backbone.close();
    },
  };
}
