import { join } from "node:path";
import type { Figures, Measurement } from "../measurement.ts";
import { mqttOrder } from "../mqtt-order.ts";
import type { Options } from "../options.ts";
import { startNode } from "../process.ts";
import { memoryMb, watchLoad } from "../reach.ts";
import { fleetSize } from "../sizes.ts";

/** A broker that does nothing with the messages. */
async function measure(options: Options): Promise<Figures> {
  const broker = await startNode(join(import.meta.dirname, "../ceiling.js"), [], "ready ");
  const pid = broker.process.pid!;
  try {
    const gateways = Array.from({ length: fleetSize.gateways }, (_, i) => `token-${i}`);
    const fleet = { url: broker.line, gateways, devices: fleetSize.devices, stamped: true };
    const { seconds, warmupSeconds } = options;
    const { figures } = await watchLoad(mqttOrder(fleet, { rate: 0, seconds, warmupSeconds }), [pid]);
    return { ...figures, memoryMb: memoryMb([pid]) };
  } finally {
    await broker.stop();
  }
}

const one = (name: string, title: string): Measurement => ({
  name,
  title,
  againstCeiling: true,
  run: async (options) => [{ name: title, figures: await measure(options) }],
});

export const ceiling = one("ceiling", "aedes alone");
/** Once more at the end: the machine may have changed its mind. */
export const ceilingAgain = one("ceiling-again", "aedes alone, again");
