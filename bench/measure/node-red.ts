import { setTimeout as sleep } from "node:timers/promises";
import { startInflux } from "../../test/support/influx.ts";
import type { Server } from "../../test/support/server.ts";
import { awaitRaw, awaitWindows, type Influx } from "../influx.ts";
import { round, watchMachine } from "../machine.ts";
import type { Figures, Measurement, Row } from "../measurement.ts";
import { mqttOrder } from "../mqtt-order.ts";
import { startMosquitto } from "../node-red/mosquitto.ts";
import { rawCount, startNodeRed } from "../node-red/start.ts";
import type { Options } from "../options.ts";
import { type Probe, probe } from "../probe.ts";
import { runLoad, watchProcesses } from "../process.ts";
import { memoryMb } from "../reach.ts";
import { fleetSize } from "../sizes.ts";

const warmupMessages = 20_000;
const patienceSeconds = 120;

interface Peer {
  broker: Server;
  nodeRed: Server;
  influx?: Influx;
}

/** The same readings through the same flow in Node-RED behind Mosquitto; nothing is durable there. */
export const nodeRed: Measurement = {
  name: "node-red",
  title: "Node-RED 5 with the same flow, behind Mosquitto, nothing durable",
  againstCeiling: true,
  async run(options) {
    const rows: Row[] = [];
    for (const writes of [true, false]) {
      const broker = await startMosquitto();
      const influx = writes ? await startInflux({ unlimited: true }) : undefined;
      const { devices, probes } = fleetSize;
      const nodeRed = await startNodeRed({ mqttPort: broker.port, influx, devices, probes });
      try {
        const figures = await measure({ broker, nodeRed, influx }, options);
        rows.push({ name: writes ? "Node-RED and InfluxDB" : "Node-RED without writing", figures });
      } finally {
        await nodeRed.stop();
        await Promise.all([broker.stop(), influx?.stop()]);
      }
    }
    return rows;
  },
};

async function measure(peer: Peer, options: Options): Promise<Figures> {
  await awaitSubscription(peer);
  const { throughPerSecond: first } = await push(peer, warmupMessages);
  const figures = await push(peer, Math.round(first! * options.seconds));
  if (peer.influx) await awaitWindows(peer.influx, 30);

  // Mosquitto acknowledges whatever Node-RED does, so its latency is that of the commands alone.
  const atPerSecond = Math.round(figures.throughPerSecond! / 2);
  const { seconds, warmupSeconds } = options;
  const load = runLoad(order(peer, { rate: atPerSecond, seconds, warmupSeconds }));
  await sleep(warmupSeconds * 1000);
  const { commandMs, samples, raised } = await probe(peer.broker.url, probes, seconds - 0.5);
  await load;
  if (samples < raised * 0.95)
    throw new Error(`${samples} commands came for ${raised} alarms at ${atPerSecond}/s`);
  return { ...figures, atPerSecond, commandMs, commands: samples };
}

/** Sends so many messages at once; the figures reach until the last one is through the flow, and in InfluxDB. */
async function push(peer: Peer, messages: number): Promise<Figures> {
  const before = (await rawCount(peer.nodeRed.url)) ?? 0;
  const used = watchProcesses([peer.nodeRed.pid, peer.broker.pid]);
  const busy = watchMachine();
  const load = order(peer, { rate: 0, seconds: patienceSeconds, warmupSeconds: 0, messages });
  const { startedAt, cpuSeconds } = await runLoad(load);
  for (const until = Date.now() + patienceSeconds * 1000; ; await sleep(100)) {
    const counted = ((await rawCount(peer.nodeRed.url)) ?? 0) - before;
    if (counted === messages) break;
    if (Date.now() > until) throw new Error(`${counted} of ${messages} messages went through Node-RED`);
  }
  if (peer.influx) await awaitRaw(peer.influx, before + messages, patienceSeconds);
  const seconds = (Date.now() - startedAt) / 1000;
  return {
    throughPerSecond: Math.round(messages / seconds),
    memoryMb: memoryMb([peer.nodeRed.pid]),
    serverCores: used(),
    generatorCores: round(cpuSeconds / seconds),
    ...busy(),
    loadSeconds: round(seconds),
  };
}

function order({ broker }: Peer, pace: Parameters<typeof mqttOrder>[1]) {
  const gateways = Array.from({ length: fleetSize.gateways }, (_, i) => `gateway-${i}`);
  return mqttOrder({ url: broker.url, gateways, devices: fleetSize.devices, stamped: true }, pace);
}

const probes: Probe[] = Array.from({ length: fleetSize.probes }, (_, i) => ({
  token: `probe-${i}`,
  publishTo: "v1/gateway/telemetry",
  commandsAt: `v1/devices/probe-${i}/rpc/request/+`,
  payload: (values) => JSON.stringify({ [`probe-${i}`]: [{ ts: Date.now(), values }] }),
}));

/** Node-RED subscribes some time after it is up; a message before that would be lost. */
async function awaitSubscription(peer: Peer) {
  for (const until = Date.now() + 20_000; (await rawCount(peer.nodeRed.url)) === 0; await sleep(500)) {
    if (Date.now() > until) throw new Error("Node-RED did not subscribe within 20 s");
    await runLoad(order(peer, { rate: 0, seconds: 1, warmupSeconds: 0, messages: 1 }));
  }
}
