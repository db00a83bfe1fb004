import { setTimeout as sleep } from "node:timers/promises";
import { serveOrder } from "./child.ts";
import { percentiles } from "./percentiles.ts";
import { type Connection, openMqtt, Publisher } from "./publisher.ts";

/** What a load process is told to do. All devices of a connection take turns on it. */
export interface LoadOrder {
  url: string;
  connections: Connection[];
  /** Unacknowledged messages a connection may have; as many as it takes to keep the server busy. */
  window: number;
  /** Messages per second over all connections; 0: as many as the windows let through. */
  rate: number;
  seconds: number;
  /** Not measured: the first part of the time. */
  warmupSeconds: number;
  /** Ends earlier, after so many messages. */
  messages?: number;
}

export interface LoadReport {
  /** Over the whole time. */
  sent: number;
  /** Epoch milliseconds of the first message. */
  startedAt: number;
  /** Within the measured time. */
  acknowledged: number;
  seconds: number;
  /** Publish to PUBACK, ms: p50, p95, p99. */
  acknowledgeMs: [number, number, number];
  cpuSeconds: number;
  /** Of the whole time, first message to last PUBACK. */
  tookSeconds: number;
  /** Connections that the server ended; what they had under way was not acknowledged. */
  broken: number;
}

const lastAcknowledgeMs = 10_000;

async function run(order: LoadOrder): Promise<LoadReport> {
  const url = new URL(order.url);
  const publishers: Publisher[] = [];
  for (const [index, connection] of order.connections.entries()) {
    const socket = await openMqtt(url, connection.token, `load-${process.pid}-${index}`);
    publishers.push(new Publisher(socket, connection, order.window));
  }

  const startedAt = Date.now();
  const start = performance.now();
  const measureFrom = start + order.warmupSeconds * 1000;
  const end = measureFrom + order.seconds * 1000;
  const most = order.messages ?? Number.POSITIVE_INFINITY;
  const cpuBefore = process.cpuUsage();
  let measuring = false;
  let sent = 0;
  let turn = 0;
  for (let now = start; now < end && sent < most; now = performance.now()) {
    if (!measuring && now >= measureFrom) {
      measuring = true;
      for (const publisher of publishers) publisher.measuring = true;
    }
    if (order.rate === 0)
      for (const publisher of publishers) sent += publisher.send(Math.min(order.window, most - sent));
    else {
      let due = Math.min(most, Math.floor(((now - start) / 1000) * order.rate)) - sent;
      for (let i = 0; i < publishers.length && due > 0; i++) {
        const share = Math.max(1, Math.ceil(due / publishers.length));
        const put = publishers[turn++ % publishers.length]!.send(Math.min(share, due));
        sent += put;
        due -= put;
      }
    }
    await sleep(1);
  }
  const acknowledged = publishers.reduce((sum, one) => sum + one.acknowledged, 0);
  for (const until = performance.now() + lastAcknowledgeMs; performance.now() < until; await sleep(1))
    if (publishers.every(({ inFlight, broken }) => inFlight === 0 || broken)) break;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    sent,
    startedAt,
    acknowledged,
    seconds: order.seconds,
    acknowledgeMs: percentiles(publishers.flatMap((one) => one.latencies)),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    tookSeconds: (performance.now() - start) / 1000,
    broken: publishers.filter(({ broken }) => broken).length,
  };
}

serveOrder(run);
