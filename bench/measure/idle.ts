import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runChild } from "../child.ts";
import type { IdleOrder, IdleReport } from "../load-idle.ts";
import { round } from "../machine.ts";
import type { Figures, Measurement } from "../measurement.ts";
import { startNode } from "../process.ts";
import { memoryMb } from "../reach.ts";
import { onProduct } from "../rig.ts";

const wanted = 10_000;
/** Files a process needs beside its connections. */
const spare = 500;
const settleSeconds = 5;

/** What a connection costs that only waits for commands. */
export const idle: Measurement = {
  name: "idle",
  title: "Idle MQTT connections, each of a device that waits for commands",
  againstCeiling: false,
  async run({ most }) {
    const count = Math.min(wanted, most, openFilesLimit() - spare);
    const counts = { gateways: 0, devices: 0, probes: count };
    const product = await onProduct({ under: ["redis", "influx"], counts }, ({ product }) =>
      hold(product.mqtt, product.probes, product.started.pid),
    );
    const broker = await startNode(join(import.meta.dirname, "../ceiling.js"), [], "ready ");
    try {
      const tokens = Array.from({ length: count }, (_, i) => `token-${i}`);
      const alone = await hold(broker.line, tokens, broker.process.pid!);
      return [
        { name: "on Redis and InfluxDB", figures: product },
        { name: "aedes alone", figures: alone },
      ];
    } finally {
      await broker.stop();
    }
  },
};

async function hold(url: string, tokens: string[], pid: number): Promise<Figures> {
  const memoryBeforeMb = memoryMb([pid]);
  const since = performance.now();
  let peakMb = memoryBeforeMb;
  let ended = false;
  const order: IdleOrder = { url, tokens, holdSeconds: settleSeconds };
  const held = runChild<IdleOrder, IdleReport>("load-idle.js", order).finally(() => {
    ended = true;
  });
  // The connections end with the child, so the memory is that of the last look before.
  while (!ended) {
    peakMb = memoryMb([pid]);
    await sleep(200);
  }
  const { open, openSeconds } = await held;
  if (open !== tokens.length) throw new Error(`${open} of ${tokens.length} connections stayed open`);
  return {
    connections: open,
    openSeconds: round(openSeconds),
    memoryBeforeMb,
    memoryMb: peakMb,
    kbEach: Math.round(((peakMb - memoryBeforeMb) * 1024) / open),
    loadSeconds: round((performance.now() - since) / 1000),
  };
}

/** The hard limit, which Node.js takes for itself. */
function openFilesLimit(): number {
  const [, limit] = /Max open files\s+\S+\s+(\S+)/.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : Number(limit);
}
