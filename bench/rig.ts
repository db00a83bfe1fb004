import { setTimeout as sleep } from "node:timers/promises";
import { startInflux } from "../test/support/influx.ts";
import { startPostgres } from "../test/support/postgres.ts";
import type { Product as Server } from "../test/support/product.ts";
import { startRedis } from "../test/support/redis.ts";
import { removeFolder, tempFolder } from "../test/support/temp-folder.ts";
import type { Influx } from "./influx.ts";
import type { Counts } from "./population.ts";
import { metrics, type Product, start, startProduct } from "./product.ts";

export interface Servers {
  env: Record<string, string>;
  influx?: Influx;
  close(): Promise<void>;
}

export type Under = ("redis" | "influx" | "postgres")[];

/** Starts what the product is to stand on, on loopback; `env` are the settings that say so. */
export async function openServers(under: Under): Promise<Servers> {
  const dir = tempFolder("bench");
  const env: Record<string, string> = { MILLRACE_DATA_DIR: dir };
  const redis = under.includes("redis") ? await startRedis() : undefined;
  if (redis) env.MILLRACE_REDIS_URL = redis.url;
  const postgres = under.includes("postgres") ? await startPostgres() : undefined;
  if (postgres) env.MILLRACE_DATABASE_URL = postgres.url;
  const influx = under.includes("influx") ? await startInflux({ unlimited: true }) : undefined;
  if (influx) {
    env.MILLRACE_INFLUX_URL = influx.url;
    env.MILLRACE_INFLUX_VERSION = "1";
    env.MILLRACE_INFLUX_BUCKET = influx.database;
  }
  return {
    env,
    influx,
    async close() {
      await Promise.all([redis?.stop(), postgres?.stop(), influx?.stop()]);
      removeFolder(dir);
    },
  };
}

/** The product as it runs, in one process or several. */
export interface Rig {
  product: Product;
  influx?: Influx;
  processes: Server[];
}

export interface Setup {
  under: Under;
  counts: Counts;
  env?: Record<string, string>;
  /** Processes that evaluate and can be asked for their metrics; none: one process does all. They need MILLRACE_LANES in `env`. */
  workers?: number;
}

/** Starts servers and product, does the work, and ends them whatever came of it. */
export async function onProduct<T>(setup: Setup, work: (rig: Rig) => Promise<T>): Promise<T> {
  const servers = await openServers(setup.under);
  const env = { ...servers.env, ...setup.env };
  const processes: Server[] = [];
  try {
    for (let i = 0; i < (setup.workers ?? 0); i++) {
      const dir = tempFolder("bench-worker");
      processes.push(await start({ ...env, MILLRACE_DATA_DIR: dir, MILLRACE_ROLES: "worker" }));
    }
    const roles: Record<string, string> = setup.workers ? { MILLRACE_ROLES: "connector,api" } : {};
    const product = await startProduct({ ...env, ...roles }, setup.counts);
    processes.push(product.started);
    if (setup.workers) await spread(processes, setup.workers, Number(env.MILLRACE_LANES));
    return await work({ product, influx: servers.influx, processes });
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
    await servers.close();
  }
}

/** Until every lane has one owner and every worker some lanes, which the heartbeats bring about. */
async function spread(processes: Server[], workers: number, lanes: number) {
  for (const until = Date.now() + 15_000; Date.now() < until; await sleep(300)) {
    const owned = await Promise.all(processes.map(({ http }) => metrics([http], "millrace_lanes_owned")));
    const busy = owned.filter((count) => count > 0).length;
    if (busy === workers && owned.reduce((sum, count) => sum + count, 0) === lanes) return;
  }
  throw new Error(`The ${lanes} lanes were not spread over ${workers} workers within 15 s`);
}
