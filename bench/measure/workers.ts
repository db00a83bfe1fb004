import type { Measurement, Row } from "../measurement.ts";
import { reach } from "../reach.ts";
import { onProduct } from "../rig.ts";
import { fleetSize } from "../sizes.ts";

/** One process takes the messages, others evaluate them. */
export const workers: Measurement = {
  name: "workers",
  title: "Worker processes beside one connector process, on Redis, PostgreSQL and InfluxDB",
  againstCeiling: true,
  async run(options) {
    const rows: Row[] = [];
    for (const count of [1, 2, 3]) {
      const setup = {
        under: ["redis" as const, "postgres" as const, "influx" as const],
        counts: fleetSize,
        workers: count,
        // Enough of them for each worker to have its share.
        env: { MILLRACE_LANES: "16" },
      };
      const figures = await onProduct(setup, (rig) => reach(rig, options, { devices: fleetSize.devices }));
      rows.push({ name: count === 1 ? "1 worker" : `${count} workers`, figures });
    }
    return rows;
  },
};
