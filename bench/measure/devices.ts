import { deployFlow, type Product as Server } from "../../test/support/product.ts";
import { round } from "../machine.ts";
import type { Figures, Measurement, Row } from "../measurement.ts";
import type { Options } from "../options.ts";
import { type Population, populate } from "../population.ts";
import { start } from "../product.ts";
import { memoryMb, reach } from "../reach.ts";
import { referenceFlow } from "../reference-flow.ts";
import { openServers, type Servers } from "../rig.ts";
import { fleetSize } from "../sizes.ts";

/** The same load from ever more devices, each of which has a window, an alert and its last speed in memory. */
export const devices: Measurement = {
  name: "devices",
  title: "Devices with state, on Redis, PostgreSQL and InfluxDB",
  againstCeiling: true,
  async run(options) {
    const sizes = [1000, 10_000, 100_000].filter((size) => size <= options.most);
    const servers = await openServers(["redis", "postgres", "influx"]);
    try {
      const { createSeconds, population } = await create(servers, sizes.at(-1)!);
      const rows: Row[] = [];
      for (const size of sizes) {
        const figures = await measure(servers, population, size, options);
        if (size === sizes.at(-1)) figures.createSeconds = createSeconds;
        rows.push({ name: `${size.toLocaleString("en")} devices`, figures });
      }
      return rows;
    } finally {
      await servers.close();
    }
  },
};

/** All of them once: each size then takes the first ones. */
async function create({ env }: Servers, count: number) {
  const server = await start({ ...env, MILLRACE_REDIS_PREFIX: "creation" });
  try {
    const since = performance.now();
    const population = await populate(server.http, { ...fleetSize, devices: count });
    const createSeconds = round((performance.now() - since) / 1000);
    await deployFlow(server.http, referenceFlow);
    return { createSeconds, population };
  } finally {
    await server.stop();
  }
}

/** A fresh process without state, by a prefix of its own. */
async function measure(
  { env, influx }: Servers,
  population: Population,
  size: number,
  options: Options,
): Promise<Figures> {
  const started = await start({ ...env, MILLRACE_REDIS_PREFIX: `of-${size}` });
  try {
    return await measureProcess(started, population, size, { influx, options });
  } finally {
    await started.stop();
  }
}

async function measureProcess(
  started: Server,
  population: Population,
  size: number,
  { influx, options }: { influx: Servers["influx"]; options: Options },
): Promise<Figures> {
  const rig = { product: { ...population, ...started, started }, influx, processes: [started] };
  const memoryBeforeMb = memoryMb([started.pid]);
  const since = performance.now();
  // The first reading of a device looks it up in the registry and makes its state.
  await reach(rig, { ...options, seconds: 300, warmupSeconds: 0 }, { devices: size, messages: size });
  const firstRoundSeconds = round((performance.now() - since) / 1000);
  const figures = await reach(rig, options, { devices: size });
  return { devices: size, firstRoundSeconds, memoryBeforeMb, ...figures };
}
