import type { Measurement, Row } from "../measurement.ts";
import { reach } from "../reach.ts";
import { onProduct } from "../rig.ts";
import { fleetSize } from "../sizes.ts";

/** What the number of partitions changes. */
export const lanes: Measurement = {
  name: "lanes",
  title: "Lanes, on Redis and InfluxDB",
  againstCeiling: true,
  async run(options) {
    const rows: Row[] = [];
    for (const count of [1, 4, 16]) {
      const setup = {
        under: ["redis" as const, "influx" as const],
        counts: fleetSize,
        env: { MILLRACE_LANES: String(count) },
      };
      const figures = await onProduct(setup, (rig) => reach(rig, options, { devices: fleetSize.devices }));
      rows.push({ name: count === 1 ? "1 lane" : `${count} lanes`, figures });
    }
    return rows;
  },
};
