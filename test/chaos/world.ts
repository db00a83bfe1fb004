import { startInflux } from "../support/influx.ts";
import { ledger } from "../support/ledger.ts";
import { openLink } from "../support/link.ts";
import { startPostgres } from "../support/postgres.ts";
import { deployFlow } from "../support/product.ts";
import { type RedisOptions, startRedis } from "../support/redis.ts";
import type { Server } from "../support/server.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { mountDisk } from "./disk.ts";
import { Member } from "./member.ts";
import { openSeriesGate } from "./series-gate.ts";

/** An installation on servers of its own: what scenarios do harm to. */
export interface World {
  redis: Server;
  postgres: Server;
  influx: Server & { database: string };
  /** The product's processes, by the name they were given. */
  members: Member[];
  /** Between the product and Redis, and PostgreSQL. */
  link: Awaited<ReturnType<typeof openLink>>;
  sqlLink: Awaited<ReturnType<typeof openLink>>;
  /** Between the product and InfluxDB. */
  gate: Awaited<ReturnType<typeof openSeriesGate>>;
  /** Where the HTTP API is, and the MQTT listener. */
  http: string;
  mqtt: string;
  /** Where Redis keeps its files. */
  redisDir: string;
  /** Brings a killed server back at its port, with its data. */
  restart(server: "redis" | "postgres" | "influx"): Promise<void>;
  close(): Promise<void>;
}

/** One process does everything. */
export const oneProcess = { all: "all" };
/** As many as a small cluster has. */
export const cluster = {
  connector: "connector",
  "worker 1": "worker",
  "worker 2": "worker",
  api: "api",
};

/** Starts Redis, PostgreSQL, InfluxDB and the processes of `roles` (name to MILLRACE_ROLES), and deploys the ledger. */
export async function openWorld(options: {
  roles: Record<string, string>;
  redis?: RedisOptions;
  /** MB of a file system of its own for Redis; needs root. */
  smallDiskMb?: number;
}): Promise<World> {
  const redisDir = tempFolder("chaos-redis");
  const disk = options.smallDiskMb ? mountDisk(redisDir, options.smallDiskMb) : undefined;
  const redisOptions = { ...options.redis, dir: redisDir };
  const dirs = { postgres: tempFolder("chaos-postgres"), influx: tempFolder("chaos-influx") };
  const [redis, postgres, influx] = await Promise.all([
    startRedis(redisOptions),
    startPostgres({ dir: dirs.postgres }),
    startInflux({ dir: dirs.influx }),
  ]);
  const [link, sqlLink, gate] = await Promise.all([
    openLink(redis.url),
    openLink(postgres.url),
    openSeriesGate(influx.url),
  ]);
  const env = {
    MILLRACE_REDIS_URL: link.url,
    MILLRACE_DATABASE_URL: sqlLink.url,
    MILLRACE_INFLUX_URL: gate.url,
    MILLRACE_INFLUX_VERSION: "1",
    MILLRACE_INFLUX_BUCKET: influx.database,
  };
  const members = await Promise.all(
    Object.entries(options.roles).map(([name, roles]) =>
      Member.start(name, { ...env, MILLRACE_ROLES: roles }),
    ),
  );
  const world: World = {
    redis,
    redisDir,
    postgres,
    influx,
    members,
    link,
    sqlLink,
    gate,
    http: members.find(({ roles }) => roles === "all" || roles === "api")!.http,
    mqtt: members.find(({ mqtt }) => mqtt)!.mqtt,

    async restart(server) {
      const { port } = world[server];
      if (server === "redis") world.redis = await startRedis({ ...redisOptions, port });
      if (server === "postgres") world.postgres = await startPostgres({ dir: dirs.postgres, port });
      if (server === "influx") world.influx = await startInflux({ dir: dirs.influx, port });
    },

    async close() {
      await Promise.all(members.map((member) => member.stop()));
      link.close();
      sqlLink.close();
      gate.close();
      await Promise.all([world.redis.stop(), world.postgres.stop(), world.influx.stop()]);
      disk?.unmount();
      for (const dir of [redisDir, dirs.postgres, dirs.influx]) removeFolder(dir);
    },
  };
  await deployFlow(world.http, ledger);
  return world;
}
