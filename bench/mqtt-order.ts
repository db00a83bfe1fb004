import type { LoadOrder } from "./load.ts";
import { timeMark } from "./publisher.ts";

export interface Fleet {
  url: string;
  /** Tokens of the gateways, one connection each. Gateway `g` sends for the devices whose number mod gateways is `g`. */
  gateways: string[];
  devices: number;
  /** Whether readings carry a time of their own. */
  stamped: boolean;
}

const readingsOfADevice = 4;
/** Messages with bodies of their own, all together: beyond that, devices repeat themselves. */
const mostPayloads = 40_000;

/** Readings of a fleet, sent by its gateways, one reading a message. */
export function mqttOrder(
  { url, gateways, devices, stamped }: Fleet,
  pace: Pick<LoadOrder, "rate" | "seconds" | "warmupSeconds" | "messages">,
): LoadOrder {
  const turns = Math.max(1, Math.min(readingsOfADevice, Math.floor(mostPayloads / devices)));
  const connections = gateways.map((token, gateway) => {
    const own = Math.ceil((devices - gateway) / gateways.length);
    const payloads = Array.from({ length: own * turns }, (_, i) => {
      const device = `detector-${gateway + (i % own) * gateways.length}`;
      const values = { speed: 40 + ((i * 7) % 60), occupancy: 10 + (i % 16), count: i % 9 };
      return JSON.stringify({ [device]: [stamped ? { ts: Number(timeMark), values } : values] });
    });
    return { token, topics: ["v1/gateway/telemetry"], payloads, round: own };
  });
  return { url, connections, window: 64, ...pace };
}
