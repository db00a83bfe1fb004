import { join } from "node:path";
import { connectAsync } from "mqtt";
import { percentiles } from "./load.ts";
import { type Started, startNode } from "./process.ts";
import { referenceFlow } from "./reference-flow.ts";

export interface Product {
  started: Started;
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
  env: NodeJS.ProcessEnv,
  counts: { gateways: number; devices: number; probes: number },
): Promise<Product> {
  const cli = join(import.meta.dirname, "../engine/cli/millrace.js");
  const ports = { MILLRACE_HTTP_PORT: "0", MILLRACE_MQTT_PORT: "0", MILLRACE_COAP_PORT: "0" };
  const started = await startNode(cli, ["start"], "millrace ready", {
    MILLRACE_LOG_LEVEL: "error",
    ...ports,
    ...env,
  });
  const http = /http=(\S+)/.exec(started.line)![1]!;
  const mqtt = /mqtt=(\S+)/.exec(started.line)![1]!;
  await call(`${http}/api/profiles/detector`, "PUT", { name: "detector", class: "industrial" });
  const token = async (device: object) => (await call(`${http}/api/devices`, "POST", device)).token as string;
  const gateways: string[] = [];
  for (let i = 0; i < counts.gateways; i++) gateways.push(await token({ name: `gateway-${i}` }));
  const probes: string[] = [];
  for (let i = 0; i < counts.probes; i++)
    probes.push(await token({ name: `probe-${i}`, profile: "detector", attributes: { road: "A1" } }));
  for (let i = 0; i < counts.devices; i++) {
    const gateway = `gateway-${Math.floor((i * counts.gateways) / counts.devices)}`;
    await token({ name: `detector-${i}`, profile: "detector", attributes: { gateway, road: `A${i % 20}` } });
  }
  await call(`${http}/api/flows/reference`, "PUT", referenceFlow);
  const { version } = await call(`${http}/api/flows/reference/versions`, "POST", { message: "bench" });
  await call(`${http}/api/flows/reference/deploy`, "POST", { version, mode: "live" });
  return { started, http, mqtt, gateways, probes };
}

export async function call(url: string, method: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
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
