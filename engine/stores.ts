import { join } from "node:path";
import { openInflux } from "../connectors/influx/open.ts";
import { holdDataDir } from "./data-dir.ts";
import type { Series } from "./model/series.ts";
import type { Log } from "./pipeline/parts.ts";
import type { Settings } from "./settings.ts";
import type { Backbone } from "./store/backbone/port.ts";
import { openPostgresBackbone } from "./store/backbone/postgres.ts";
import { openRedisBackbone } from "./store/backbone/redis.ts";
import { openPglite } from "./store/pglite.ts";
import { openRegistryThread } from "./store/registry/open-thread.ts";
import type { Registry } from "./store/registry.ts";
import { openTableSeries } from "./store/series/table.ts";
import { openPostgres } from "./store/sql.ts";

export interface Stores {
  backbone: Backbone;
  registry: Registry;
  series: Series;
  close(): Promise<void>;
}

/** Opens registry, backbone and series: each on its server where one is set, else in the embedded database. */
export async function openStores(settings: Settings, log: Log): Promise<Stores> {
  const url = settings.MILLRACE_DATABASE_URL;
  const needsFolder = !url || !settings.MILLRACE_REDIS_URL;
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
    const database = join(data?.path ?? "", "database");
    const embedded = needsFolder ? keep(await openEmbedded(database)) : undefined;
    const registry = url ? keep(await openRegistryThread(url)) : embedded!.pool.registry;
    await registry.check();
    const series = await openSeries(settings, embedded, keep);
    const lanes = settings.MILLRACE_LANES;
    if (settings.MILLRACE_REDIS_URL) {
      const { MILLRACE_REDIS_URL: redis, MILLRACE_REDIS_PREFIX: prefix } = settings;
      return {
        backbone: keep(await openRedisBackbone({ url: redis, lanes, prefix, log: warn })),
        registry,
        series,
        close,
      };
    }
    // Without Redis the lanes are in the embedded database of this one process, wherever the registry is.
    const { pool } = embedded!;
    const backbone = keep(await openPostgresBackbone({ pool, lanes, embedded: true, log: warn }));
    return { backbone, registry, series, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openEmbedded(dataDir: string) {
  const pool = await openPglite({ dataDir });
  return { pool, close: () => pool.end() };
}

/** InfluxDB where it is set, else a table where the registry is. */
async function openSeries(
  settings: Settings,
  embedded: Awaited<ReturnType<typeof openEmbedded>> | undefined,
  keep: <T extends { close(): Promise<void> }>(store: T) => T,
): Promise<Series> {
  const { MILLRACE_INFLUX_URL: url, MILLRACE_DATABASE_URL: databaseUrl } = settings;
  if (!url) {
    if (!databaseUrl) return keep(await openTableSeries(embedded!.pool));
    const pool = openPostgres(databaseUrl);
    keep({ close: () => pool.end() });
    return keep(await openTableSeries(pool));
  }
  const influx = openInflux({
    url,
    token: settings.MILLRACE_INFLUX_TOKEN,
    org: settings.MILLRACE_INFLUX_ORG,
    bucket: settings.MILLRACE_INFLUX_BUCKET,
    version: Number(settings.MILLRACE_INFLUX_VERSION) as 1 | 2 | 3,
  });
  return keep(influx);
}
