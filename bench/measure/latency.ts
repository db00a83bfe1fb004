import { setTimeout as sleep } from "node:timers/promises";
import type { Measurement, Row } from "../measurement.ts";
import { mqttOrder } from "../mqtt-order.ts";
import { probe, productProbes } from "../probe.ts";
import { reach, watchLoad } from "../reach.ts";
import { onProduct } from "../rig.ts";
import { fleetSize } from "../sizes.ts";

/** From the publish of a slow reading to the arrival of its command, while other devices keep the product busy. */
export const latency: Measurement = {
  name: "latency",
  title: "Publish to command at the device, on Redis and InfluxDB, by part of what goes through",
  againstCeiling: false,
  async run(options) {
    const { seconds, warmupSeconds } = options;
    return onProduct({ under: ["redis", "influx"], counts: fleetSize }, async (rig) => {
      const { product, processes } = rig;
      const { throughPerSecond } = await reach(rig, options, { devices: fleetSize.devices });
      const fleet = { ...product, url: product.mqtt, devices: fleetSize.devices, stamped: true };
      const rows: Row[] = [];
      for (const part of [0.25, 0.5, 0.75]) {
        const rate = Math.round(throughPerSecond! * part);
        const order = mqttOrder(fleet, { rate, seconds, warmupSeconds });
        const load = watchLoad(
          order,
          processes.map(({ pid }) => pid),
        );
        await sleep(warmupSeconds * 1000);
        const [{ figures }, probed] = await Promise.all([
          load,
          probe(product.mqtt, productProbes(product.probes), seconds - 0.5),
        ]);
        if (probed.samples < probed.raised * 0.95)
          throw new Error(`${probed.samples} commands came for ${probed.raised} alarms at ${rate}/s`);
        const { commandMs, samples: commands } = probed;
        rows.push({
          name: `${part * 100} %`,
          figures: { atPerSecond: rate, commandMs, commands, ...figures },
        });
      }
      return rows;
    });
  },
};
