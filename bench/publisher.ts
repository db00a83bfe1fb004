import { connect, type Socket } from "node:net";
import { generate } from "mqtt-packet";

/** Stands in a payload where a time in milliseconds goes; has as many digits as such a time. */
export const timeMark = "1000000000000";

export interface Connection {
  token: string;
  topics: string[];
  payloads: string[];
  /** After so many messages it is the first device's turn again. */
  round: number;
}

/** One MQTT connection that publishes at QoS 1. Packets are made beforehand: the generator must not be the limit. */
export class Publisher {
  inFlight = 0;
  acknowledged = 0;
  measuring = false;
  broken = false;
  readonly latencies: number[] = [];
  readonly #socket: Socket;
  readonly #window: number;
  readonly #round: number;
  readonly #packets: { bytes: Buffer; idAt: number; timeAt: number }[];
  readonly #sentAt = new Float64Array(65536);
  #next = 0;
  #id = 0;
  #rest = Buffer.alloc(0);
  #time = 0;
  #timeText = timeMark;

  constructor(socket: Socket, { topics, payloads, round }: Connection, window: number) {
    this.#socket = socket;
    this.#window = window;
    this.#round = round;
    this.#packets = payloads.map((payload, index) => {
      const topic = topics[index % topics.length]!;
      const fixed = { cmd: "publish", qos: 1, messageId: 1, dup: false, retain: false } as const;
      const bytes = generate({ ...fixed, topic, payload });
      return { bytes, idAt: idOffset(bytes), timeAt: bytes.indexOf(timeMark) };
    });
    socket.on("data", (data) => this.#read(data));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.broken = true;
    });
  }

  /** Sends up to `count` messages within the window; gives how many were sent. */
  send(count: number): number {
    const sent = this.broken ? 0 : Math.min(count, this.#window - this.inFlight);
    if (sent <= 0) return 0;
    const out: Buffer[] = [];
    const now = performance.now();
    for (let i = 0; i < sent; i++) {
      if (this.#next % this.#round === 0) this.#tick();
      const { bytes, idAt, timeAt } = this.#packets[this.#next]!;
      const packet = Buffer.from(bytes);
      this.#id = (this.#id % 65535) + 1;
      packet.writeUInt16BE(this.#id, idAt);
      if (timeAt > 0) packet.write(this.#timeText, timeAt, "latin1");
      this.#next = (this.#next + 1) % this.#packets.length;
      this.#sentAt[this.#id] = now;
      out.push(packet);
    }
    this.inFlight += sent;
    this.#socket.write(Buffer.concat(out));
    return sent;
  }

  /** One time a round: no two readings of a device have the same one, so that each becomes a point of its own. */
  #tick() {
    this.#time = Math.max(Date.now(), this.#time + 1);
    this.#timeText = String(this.#time);
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

/** A connected MQTT socket; rejects when the server refuses. */
export async function openMqtt(url: URL, token: string, name: string): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`${url.href} closed before CONNACK`)));
    socket.once("data", (data) => (data[3] === 0 ? resolve() : reject(new Error(`CONNACK ${data[3]}`))));
    socket.write(generate({ cmd: "connect", clientId: name, username: token, keepalive: 0, clean: true }));
  });
  socket.removeAllListeners();
  return socket;
}
