import { connect, type Socket } from "node:net";
import { generate } from "mqtt-packet";

/** What a load process is told to do. All devices of a connection take turns on it. */
export interface LoadOrder {
  url: string;
  connections: { token: string; topics: string[]; payloads: string[] }[];
  /** Unacknowledged messages a connection may have; as many as it takes to keep the server busy. */
  window: number;
  /** Messages per second over all connections; 0: as many as the windows let through. */
  rate: number;
  seconds: number;
  /** Not measured: the first part of the time. */
  warmupSeconds: number;
}
export interface LoadReport {
  acknowledged: number;
  seconds: number;
  /** Publish to PUBACK, ms: p50, p95, p99. */
  acknowledgeMs: [number, number, number];
  cpuSeconds: number;
}

/** One MQTT connection that publishes at QoS 1. Packets are made beforehand: the generator must not be the limit. */
class Publisher {
  inFlight = 0;
  acknowledged = 0;
  readonly #socket: Socket;
  readonly #window: number;
  readonly #packets: Buffer[];
  readonly #sentAt = new Float64Array(65536);
  readonly latencies: number[] = [];
  #next = 0;
  #id = 0;
  #rest = Buffer.alloc(0);
  measuring = false;

  constructor(socket: Socket, order: LoadOrder["connections"][number], window: number) {
    this.#socket = socket;
    this.#window = window;
    this.#packets = order.payloads.map((payload, index) =>
      generate({
        cmd: "publish",
        topic: order.topics[index % order.topics.length]!,
        payload,
        qos: 1,
        messageId: 1,
        dup: false,
        retain: false,
      }),
    );
    this.#idAt = order.payloads.map((_, index) => idOffset(this.#packets[index]!));
    socket.on("data", (data) => this.#read(data));
  }
  readonly #idAt: number[];

  /** Sends up to `count` messages within the window; gives how many were sent. */
  send(count: number): number {
    const sent = Math.min(count, this.#window - this.inFlight);
    if (sent <= 0) return 0;
    const out: Buffer[] = [];
    const now = performance.now();
    for (let i = 0; i < sent; i++) {
      const packet = Buffer.from(this.#packets[this.#next]!);
      this.#id = (this.#id % 65535) + 1;
      packet.writeUInt16BE(this.#id, this.#idAt[this.#next]!);
      this.#next = (this.#next + 1) % this.#packets.length;
      this.#sentAt[this.#id] = now;
      out.push(packet);
    }
    this.inFlight += sent;
    this.#socket.write(Buffer.concat(out));
    return sent;
  }

  /** Counts PUBACKs, each of four bytes. */
  #read(data: Buffer) {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data;
    const now = performance.now();
    let at = 0;
    for (; at + 4 <= bytes.length; at += 4) {
      if (bytes[at] !== 0x40) throw new Error(`Unexpected packet 0x${bytes[at]!.toString(16)}`);
      this.inFlight--;
      if (!this.measuring) continue;
      this.acknowledged++;
      if (this.acknowledged % 16 === 0) this.latencies.push(now - this.#sentAt[bytes.readUInt16BE(at + 2)]!);
    }
    this.#rest = Buffer.from(bytes.subarray(at));
  }
}

/** Where the packet id stands: after the fixed header and the topic. */
function idOffset(packet: Buffer): number {
  let at = 1;
  while (packet[at]! & 0x80) at++;
  at++;
  return at + 2 + packet.readUInt16BE(at);
}

async function open(url: URL, token: string, index: number): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("data", (data) => (data[3] === 0 ? resolve() : reject(new Error(`CONNACK ${data[3]}`))));
    socket.write(
      generate({
        cmd: "connect",
        clientId: `load-${process.pid}-${index}`,
        username: token,
        keepalive: 0,
        clean: true,
      }),
    );
  });
  return socket;
}

export function percentiles(values: number[]): [number, number, number] {
  const sorted = values.sort((a, b) => a - b);
  const at = (part: number) => Math.round((sorted[Math.floor(sorted.length * part)] ?? Number.NaN) * 10) / 10;
  return [at(0.5), at(0.95), at(0.99)];
}

async function run(order: LoadOrder): Promise<LoadReport> {
  const url = new URL(order.url);
  const publishers: Publisher[] = [];
  for (const [index, connection] of order.connections.entries())
    publishers.push(new Publisher(await open(url, connection.token, index), connection, order.window));

  const start = performance.now();
  const measureFrom = start + order.warmupSeconds * 1000;
  const end = measureFrom + order.seconds * 1000;
  const cpuBefore = process.cpuUsage();
  let measuring = false;
  let sent = 0;
  let turn = 0;
  for (let now = start; now < end; now = performance.now()) {
    if (!measuring && now >= measureFrom) {
      measuring = true;
      for (const publisher of publishers) publisher.measuring = true;
    }
    if (order.rate === 0) for (const publisher of publishers) publisher.send(order.window);
    else {
      let due = Math.floor(((now - start) / 1000) * order.rate) - sent;
      for (let i = 0; i < publishers.length && due > 0; i++) {
        const share = Math.max(1, Math.ceil(due / publishers.length));
        const put = publishers[turn++ % publishers.length]!.send(Math.min(share, due));
        sent += put;
        due -= put;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const cpu = process.cpuUsage(cpuBefore);
  return {
    acknowledged: publishers.reduce((sum, one) => sum + one.acknowledged, 0),
    seconds: order.seconds,
    acknowledgeMs: percentiles(publishers.flatMap((one) => one.latencies)),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  };
}

if (process.send)
  process.once("message", (order: LoadOrder) => {
    run(order).then(
      (report) => process.send!(report, () => process.exit(0)),
      (error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      },
    );
  });
