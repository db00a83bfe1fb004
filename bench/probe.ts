import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync } from "mqtt";
import { percentiles } from "./percentiles.ts";

/** A device that raises alarms and waits for their commands. */
export interface Probe {
  token: string;
  publishTo: string;
  commandsAt: string;
  payload(values: { speed: number; occupancy: number; count: number }): string;
}

export interface ProbeReport {
  /** Publish to command at the device, ms: p50, p95, p99. */
  commandMs: [number, number, number];
  samples: number;
  raised: number;
}

/** Probes of the product: devices with a connection of their own. */
export const productProbes = (tokens: string[]): Probe[] =>
  tokens.map((token) => ({
    token,
    publishTo: "v1/devices/me/telemetry",
    commandsAt: "v1/devices/me/rpc/request/+",
    payload: (values) => JSON.stringify(values),
  }));

/** Publishes slow and fast readings by turns for a while. */
export async function probe(url: string, probes: Probe[], seconds: number): Promise<ProbeReport> {
  const latencies: number[] = [];
  let raised = 0;
  const work = probes.map(async ({ token, publishTo, commandsAt, payload }, index) => {
    const client = await connectAsync(url, { username: token, clientId: `probe-${index}` });
    let sentAt = 0;
    client.on("message", () => latencies.push(performance.now() - sentAt));
    await client.subscribeAsync(commandsAt, { qos: 0 });
    const slow = payload({ speed: 5, occupancy: 80, count: 9 });
    const fast = payload({ speed: 50, occupancy: 20, count: 9 });
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      await sleep(150 + (index % 10) * 7);
      sentAt = performance.now();
      raised++;
      await client.publishAsync(publishTo, slow, { qos: 1 });
      await sleep(150);
      await client.publishAsync(publishTo, fast, { qos: 1 });
    }
    await sleep(500);
    await client.endAsync();
  });
  await Promise.all(work);
  return { commandMs: percentiles(latencies), samples: latencies.length, raised };
}
