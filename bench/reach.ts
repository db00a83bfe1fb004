import { setTimeout as sleep } from "node:timers/promises";
import { awaitRaw, rawPoints } from "./influx.ts";
import type { LoadOrder, LoadReport } from "./load.ts";
import { round, watchMachine } from "./machine.ts";
import type { Figures } from "./measurement.ts";
import { mqttOrder } from "./mqtt-order.ts";
import type { Options } from "./options.ts";
import { residentMb, runLoad, watchProcesses } from "./process.ts";
import { metrics } from "./product.ts";
import type { Rig } from "./rig.ts";

const patienceSeconds = 120;

/** Sends as many readings as the product takes, until the last one is through; fails when one is missing. */
export async function reach(
  rig: Rig,
  options: Options,
  { devices, messages }: { devices: number; messages?: number },
): Promise<Figures> {
  const { product, influx, processes } = rig;
  const https = processes.map(({ http }) => http);
  const before = await metrics(https, "millrace_messages_evaluated_total");
  const pointsBefore = influx && (await rawPoints(influx));
  const fleet = { url: product.mqtt, gateways: product.gateways, devices, stamped: true };
  const pace = { rate: 0, seconds: options.seconds, warmupSeconds: options.warmupSeconds, messages };
  const pids = processes.map(({ pid }) => pid);
  const { report, figures } = await watchLoad(mqttOrder(fleet, pace), pids);
  if (messages && report.sent < messages)
    throw new Error(`${report.sent} of ${messages} messages could be sent within ${options.seconds} s`);

  for (const until = Date.now() + patienceSeconds * 1000; ; await sleep(100)) {
    const evaluated = (await metrics(https, "millrace_messages_evaluated_total")) - before;
    const waiting = await metrics(https, "millrace_point_batches_waiting");
    if (evaluated >= report.sent && waiting === 0) break;
    if (Date.now() > until)
      throw new Error(`${evaluated} of ${report.sent} messages were evaluated, ${waiting} batches wait`);
  }
  if (influx) await awaitRaw(influx, pointsBefore! + report.sent, patienceSeconds);
  const throughPerSecond = Math.round(report.sent / ((Date.now() - report.startedAt) / 1000));
  return { ...figures, throughPerSecond, memoryMb: memoryMb(pids) };
}

/** Runs a load and tells what it took, of the processes given, of itself and of the machine. */
export async function watchLoad(
  order: LoadOrder,
  pids: number[],
): Promise<{ report: LoadReport; figures: Figures }> {
  const used = watchProcesses(pids);
  const busy = watchMachine();
  const report = await runLoad(order);
  if (report.broken > 0) throw new Error(`The server ended ${report.broken} connections of the load`);
  return {
    report,
    figures: {
      acknowledgedPerSecond: Math.round(report.acknowledged / report.seconds),
      acknowledgeMs: report.acknowledgeMs,
      serverCores: used(),
      generatorCores: round(report.cpuSeconds / report.tookSeconds),
      ...busy(),
      loadSeconds: round(report.tookSeconds),
    },
  };
}

export const memoryMb = (pids: number[]) => pids.reduce((sum, pid) => sum + residentMb(pid), 0);
