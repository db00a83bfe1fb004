import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { startInflux } from "../test/support/influx.ts";
import { metric } from "../test/support/product.ts";
import { startRedis } from "../test/support/redis.ts";
import { tempFolder } from "../test/support/temp-folder.ts";
import type { LoadOrder } from "./load.ts";
import { mqttOrder } from "./mqtt-order.ts";
import { probe, productProbes } from "./probe.ts";
import { cpuSeconds, residentMb, runLoad, startNode } from "./process.ts";
import { drained, type Product, startProduct } from "./product.ts";

const devices = 1000;
/** Gateways: each connection carries the messages of its share of the devices, one message a reading. */
const connections = 50;
const probes = 10;
const seconds = 10;
const warmupSeconds = 3;
/** Messages per second that it must take at least. */
const demanded = { redis: 15_000, embedded: 6000 };

interface Row {
  name: string;
  perSecond: number;
  evaluatedPerSecond?: number;
  /** ms: p50 / p95 / p99, and at how many messages per second. */
  latencies: string[];
  memoryMb: number;
  generatorCpu: string;
}

const order = (url: string, gateways: string[], rate: number): LoadOrder =>
  mqttOrder({ url, gateways, devices, stamped: false }, { rate, seconds, warmupSeconds });

async function ceiling(): Promise<Row> {
  const broker = await startNode(join(import.meta.dirname, "ceiling.js"), [], "ready ");
  const tokens = Array.from({ length: connections }, (_, i) => `token-${i}`);
  const load = await runLoad(order(broker.line, tokens, 0));
  const memoryMb = residentMb(broker.process.pid!);
  await broker.stop();
  return {
    name: "aedes alone",
    perSecond: Math.round(load.acknowledged / load.seconds),
    latencies: [`PUBACK p50/p95/p99 ${load.acknowledgeMs.join(" / ")} ms`],
    memoryMb,
    generatorCpu: `${Math.round((load.cpuSeconds / (seconds + warmupSeconds)) * 100)} %`,
  };
}

async function measure(name: string, atLeast: number, env: Record<string, string>): Promise<Row> {
  const product = await startProduct(env, { gateways: connections, devices, probes });
  try {
    return await measureProduct(name, atLeast, product);
  } finally {
    await product.started.stop();
  }
}

async function measureProduct(name: string, atLeast: number, product: Product): Promise<Row> {
  const pid = product.started.pid;
  const before = await metric(product.http, "millrace_messages_evaluated_total");
  const startAt = performance.now();
  const full = await runLoad(order(product.mqtt, product.gateways, 0));
  const perSecond = Math.round(full.acknowledged / full.seconds);
  const evaluated = (await drained(product.http, 60)) - before;
  const evaluatedPerSecond = Math.round(evaluated / ((performance.now() - startAt) / 1000));
  process.stderr.write(
    `${name}: ${perSecond} messages/s acknowledged, ${evaluated} evaluated, cpu ${cpuSeconds(pid).toFixed(1)} s\n`,
  );
  // Half of what it must take, and half of what it took.
  const rates = askedRate ? [askedRate] : [atLeast / 2, Math.round(perSecond / 2)];
  const latencies: string[] = [];
  for (const rate of rates) latencies.push(`at ${rate}/s: ${await measureLatency(name, product, rate)}`);
  return {
    name,
    perSecond,
    evaluatedPerSecond,
    latencies,
    memoryMb: residentMb(pid),
    generatorCpu: `${Math.round((full.cpuSeconds / (seconds + warmupSeconds)) * 100)} %`,
  };
}

async function measureLatency(name: string, { mqtt, gateways, probes }: Product, rate: number) {
  const running = runLoad(order(mqtt, gateways, rate));
  await new Promise((resolve) => setTimeout(resolve, warmupSeconds * 1000));
  const probed = await probe(mqtt, productProbes(probes), seconds - 1);
  const load = await running;
  if (probed.samples < probed.raised * 0.95)
    throw new Error(`${name}: ${probed.samples} commands came for ${probed.raised} alarms`);
  const command = `publish to command p50/p95/p99 ${probed.commandMs.join(" / ")} ms (${probed.samples})`;
  return `${command}, PUBACK ${load.acknowledgeMs.join(" / ")} ms`;
}

const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
process.stdout.write(
  `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, commit ${commit}\n`,
);

/** `--only=ceiling|redis|embedded`; `--lanes=N`; `--rate=N`: latencies at this load alone. */
const option = (name: string) =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const only = option("only");
const askedRate = option("rate") ? Number(option("rate")) : undefined;
const askedLanes = option("lanes");
const lanes: Record<string, string> = askedLanes ? { MILLRACE_LANES: askedLanes } : {};
const rows: Row[] = [];
if (!only || only === "ceiling") rows.push(await ceiling());
if (!only || only === "redis") {
  const [redis, influx] = await Promise.all([startRedis(), startInflux({ unlimited: true })]);
  const dir = tempFolder();
  const env = {
    MILLRACE_DATA_DIR: dir,
    MILLRACE_REDIS_URL: redis.url,
    MILLRACE_INFLUX_URL: influx.url,
    MILLRACE_INFLUX_VERSION: "1",
    MILLRACE_INFLUX_BUCKET: influx.database,
    ...lanes,
  };
  rows.push(await measure("Redis and InfluxDB", demanded.redis, env));
  await Promise.all([redis.stop(), influx.stop()]);
  rmSync(dir, { recursive: true, force: true });
}
if (!only || only === "embedded") {
  const dir = tempFolder();
  rows.push(await measure("embedded", demanded.embedded, { MILLRACE_DATA_DIR: dir, ...lanes }));
  rmSync(dir, { recursive: true, force: true });
}
if (!only || only === "ceiling") {
  // Once more at the end: the machine may have changed its mind.
  const again = await ceiling();
  rows.push({ ...again, name: "aedes alone, again" });
}

const ceilings = rows.filter(({ name }) => name.startsWith("aedes")).map(({ perSecond }) => perSecond);
const top = ceilings.reduce((sum, one) => sum + one, 0) / Math.max(1, ceilings.length);
for (const row of rows) {
  const ratio = top > 0 ? `${(row.perSecond / top).toFixed(2)} of the ceiling` : "";
  process.stdout.write(
    `${[
      row.name.padEnd(20),
      `${row.perSecond} messages/s acknowledged`,
      ratio,
      row.evaluatedPerSecond === undefined
        ? ""
        : `${row.evaluatedPerSecond}/s evaluated, from start to drained`,
      ...row.latencies,
      `${row.memoryMb} MB`,
      `generator ${row.generatorCpu} of a core`,
    ]
      .filter(Boolean)
      .join(" | ")}\n`,
  );
}
