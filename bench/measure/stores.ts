import { awaitWindows } from "../influx.ts";
import type { Measurement, Row } from "../measurement.ts";
import { reach } from "../reach.ts";
import { onProduct, type Under } from "../rig.ts";
import { fleetSize } from "../sizes.ts";

const installations: { name: string; under: Under }[] = [
  { name: "Redis and InfluxDB", under: ["redis", "influx"] },
  { name: "Redis and a table", under: ["redis"] },
  { name: "embedded", under: [] },
];

/** What the product takes, on each of what it can stand on. */
export const stores: Measurement = {
  name: "stores",
  title: "The reference flow, every message acknowledged after it is durable",
  againstCeiling: true,
  async run(options) {
    const rows: Row[] = [];
    for (const { name, under } of installations)
      rows.push(
        await onProduct({ under, counts: fleetSize }, async (rig) => {
          const figures = await reach(rig, options, { devices: fleetSize.devices });
          if (rig.influx) await awaitWindows(rig.influx, 30);
          return { name, figures };
        }),
      );
    return rows;
  },
};
