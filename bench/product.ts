import { connectAsync } from "mqtt";
import {
  addDevice,
  ask,
  deployFlow,
  type Product as Server,
  startProduct as startServer,
} from "../test/support/product.ts";
import { percentiles } from "./load.ts";
import { referenceFlow } from "./reference-flow.ts";

export interface Product {
  started: Server;
  http: string;
  mqtt: string;
  /** Tokens of the gateways, and of the devices that connect by themselves. */
  gateways: string[];
  probes: string[];
}

/**
 * Starts the product with settings, makes devices of the profile `detector`, each behind one of the gateways, and
 * deploys the reference flow.
 */
export async function startProduct(
  env: Record<string, string>,
  counts: { gateways: number; devices: number; probes: number },
): Promise<Product> {
  const { MILLRACE_DATA_DIR: dir, ...settings } = env;
  const started = await startServer({ dir: dir!, env: { MILLRACE_LOG_LEVEL: "error", ...settings } });
  const { http, mqtt } = started;
  await ask(`${http}/api/profiles/detector`, "PUT", { class: "industrial" });
  const token = async (device: Parameters<typeof addDevice>[1]) => (await addDevice(http, device)).token;
  const gateways: string[] = [];
  for (let i = 0; i < counts.gateways; i++) gateways.push(await token({ name: `gateway-${i}` }));
  const probes: string[] = [];
  for (let i = 0; i < counts.probes; i++)
    probes.push(await token({ name: `probe-${i}`, profile: "detector", attributes: { road: "A1" } }));
  for (let i = 0; i < counts.devices; i++) {
    const gateway = `gateway-${Math.floor((i * counts.gateways) / counts.devices)}`;
    await token({ name: `detector-${i}`, profile: "detector", attributes: { gateway, road: `A${i % 20}` } });
  }
  await deployFlow(http, referenceFlow);
  return { started, http, mqtt, gateways, probes };
}

/** Reads one value of /metrics, summed over its labels. */
export async function metric(http: string, name: string): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  let sum = 0;
  for (const line of text.split("\n"))
    if (line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      sum += Number(line.slice(line.lastIndexOf(" ")));
  return sum;
}

/** Waits until nothing accepted is left to evaluate, or `seconds` are over; gives the evaluated count. */
export async function drained(http: string, seconds: number): Promise<number> {
  let last = -1;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const now = await metric(http, "millrace_messages_evaluated_total");
    if (now === last) return now;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return last;
}

/** Publishes slow and fast readings by turns for a while; gives publish to command at the device, ms, and the count. */
export async function probe(product: Product, tokens: string[], seconds: number) {
  const latencies: number[] = [];
  let raised = 0;
  const probes = tokens.map(async (token, index) => {
    const client = await connectAsync(product.mqtt, { username: token, clientId: `probe-${index}` });
    let sentAt = 0;
    client.on("message", () => latencies.push(performance.now() - sentAt));
    await client.subscribeAsync("v1/devices/me/rpc/request/+", { qos: 0 });
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 150 + (index % 10) * 7));
      sentAt = performance.now();
      raised++;
      await client.publishAsync("v1/devices/me/telemetry", '{"speed":5,"occupancy":80,"count":9}', {
        qos: 1,
      });
      await new Promise((resolve) => setTimeout(resolve, 150));
      await client.publishAsync("v1/devices/me/telemetry", '{"speed":50,"occupancy":20,"count":9}', {
        qos: 1,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    await client.endAsync();
  });
  await Promise.all(probes);
  return { commandMs: percentiles(latencies), samples: latencies.length, raised };
}
