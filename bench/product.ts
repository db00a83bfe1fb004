import {
  deployFlow,
  metric,
  type Product as Server,
  startProduct as startServer,
} from "../test/support/product.ts";
import { type Counts, type Population, populate } from "./population.ts";
import { referenceFlow } from "./reference-flow.ts";

export interface Product extends Population {
  started: Server;
  http: string;
  mqtt: string;
}

/** Starts the product with settings, one of them being MILLRACE_DATA_DIR. */
export function start(env: Record<string, string>): Promise<Server> {
  const { MILLRACE_DATA_DIR: dir, ...settings } = env;
  return startServer({ dir: dir!, env: { MILLRACE_LOG_LEVEL: "error", ...settings } });
}

/** Starts the product, makes the devices and deploys the reference flow. */
export async function startProduct(env: Record<string, string>, counts: Counts): Promise<Product> {
  const started = await start(env);
  const { http, mqtt } = started;
  const population = await populate(http, counts);
  await deployFlow(http, referenceFlow);
  return { started, http, mqtt, ...population };
}

/** One value of /metrics, summed over processes. */
export async function metrics(https: string[], name: string): Promise<number> {
  const values = await Promise.all(https.map((http) => metric(http, name)));
  return values.reduce((sum, value) => sum + value, 0);
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
