import { join } from "node:path";
import type { MessagePort } from "node:worker_threads";
import type { InfluxSettings } from "../connectors/influx/settings.ts";
import { holdDataDir } from "./data-dir.ts";
import type { Series } from "./model/series.ts";
import type { Log } from "./pipeline/parts.ts";
import type { Settings } from "./settings.ts";
import type { Backbone } from "./store/backbone/port.ts";
import { openPostgresBackbone } from "./store/backbone/postgres.ts";
import type { RedisSettings } from "./store/backbone/redis.ts";
import type { RedisPlace } from "./store/backbone/redis-connection.ts";
import { openPglite, type Pglite } from "./store/pglite.ts";
import { openRegistryThread } from "./store/registry/open-thread.ts";
import type { Registry } from "./store/registry.ts";
import { openTableSeries } from "./store/series/table.ts";

/** Where a lane's thread finds its stores. */
export interface LanePlaces {
  backbone: ({ type: "redis" } & RedisPlace) | { type: "embedded" };
  /** Without a URL the table is in the embedded database. */
  series: { type: "influx"; settings: InfluxSettings } | { type: "table"; url?: string };
  /** A way into the embedded database. */
  database?: MessagePort;
  /** Folder of this process in the archive; missing: nothing is kept. */
  spool?: string;
}

export interface Stores {
  backbone: Backbone;
  registry: Registry;
  series: Series;
  /** Asked once for each thread of lanes. */
  places(): { places: LanePlaces; transfer: MessagePort[] };
  close(): Promise<void>;
}

/** Opens registry, backbone and series: each on its server where one is set, else in the embedded database. */
export async function openStores(settings: Settings, log: Log): Promise<Stores> {
  const url = settings.MILLRACE_DATABASE_URL;
  const redis = settings.MILLRACE_REDIS_URL;
  const needsFolder = !url || !redis;
  const data = needsFolder ? holdDataDir(settings.MILLRACE_DATA_DIR) : undefined;
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const store of opened.reverse()) await store.close();
    data?.release();
  };
  const keep = <T extends { close(): Promise<void> }>(store: T): T => {
    opened.push(store);
    return store;
  };
  const warn = (message: string, error: Error) => log("warn", message, { error: error.message });
  try {
    const embedded = needsFolder ? await openPglite({ dataDir: join(data!.path, "database") }) : undefined;
    if (embedded) keep({ close: () => embedded.end() });
    const registry = url ? keep(await openRegistryThread(url)) : embedded!.registry;
    await registry.check();
    const place = seriesPlace(settings);
    const series = await openSeries(place, embedded, keep);
    const { MILLRACE_LANES: lanes, MILLRACE_THREADS: threads } = settings;
    const prefix = settings.MILLRACE_REDIS_PREFIX;
    const isRelaxed = settings.MILLRACE_REDIS_DURABILITY === "relaxed";
    // Without Redis the lanes are in the embedded database of this one process, wherever the registry is.
    const backbone = redis
      ? keep(await openRedis({ url: redis, lanes, threads, prefix, isRelaxed, log: warn }))
      : keep(await openPostgresBackbone({ pool: embedded!, lanes, embedded: true, log: warn }));
    return {
      backbone,
      registry,
      series,
      places() {
        const database = embedded?.port();
        const lanesAt = redis
          ? ({ type: "redis", url: redis, prefix } as const)
          : ({ type: "embedded" } as const);
        return {
          places: { backbone: lanesAt, series: place, database },
          transfer: database ? [database] : [],
        };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is not set is not loaded, here as below: its code takes memory, and time at the start. */
async function openRedis(settings: RedisSettings): Promise<Backbone> {
  const { openRedisBackbone } = await import("./store/backbone/redis.ts");
  return await openRedisBackbone(settings);
}

/** InfluxDB where it is set, else a table where the registry is. */
function seriesPlace(settings: Settings): LanePlaces["series"] {
  const influx = influxPlace(settings);
  if (influx) return { type: "influx", settings: influx };
  return { type: "table", url: settings.MILLRACE_DATABASE_URL };
}

/** The InfluxDB that the settings name, if any. */
export function influxPlace(settings: Settings): InfluxSettings | undefined {
  if (!settings.MILLRACE_INFLUX_URL) return undefined;
  return {
    url: settings.MILLRACE_INFLUX_URL,
    token: settings.MILLRACE_INFLUX_TOKEN,
    org: settings.MILLRACE_INFLUX_ORG,
    bucket: settings.MILLRACE_INFLUX_BUCKET,
    version: Number(settings.MILLRACE_INFLUX_VERSION) as 1 | 2 | 3,
  };
}

async function openSeries(
  place: LanePlaces["series"],
  embedded: Pglite | undefined,
  keep: <T extends { close(): Promise<void> }>(store: T) => T,
): Promise<Series> {
  if (place.type === "influx") {
    const { openInflux } = await import("../connectors/influx/open.ts");
    return keep(openInflux(place.settings));
  }
  if (!place.url) return keep(await openTableSeries(embedded!));
  const { longQueryMs, openPostgres } = await import("./store/sql.ts");
  const pool = openPostgres(place.url, { queryTimeoutMs: longQueryMs });
  keep({ close: () => pool.end() });
  return keep(await openTableSeries(pool));
}
