import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { until } from "./until.ts";

/** A packet as it came: type 1 to 14, the low four bits, and what follows the length. */
export interface Received {
  type: number;
  flags: number;
  body: Buffer;
}

export const types = {
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubcomp: 7,
  suback: 9,
  unsuback: 11,
  pingresp: 13,
};

/** MQTT byte by byte, for what no client library would send. */
export class Wire {
  readonly received: Received[] = [];
  readonly socket: Socket;
  isClosed = false;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      for (let packet = this.#next(); packet; packet = this.#next()) this.received.push(packet);
    });
    socket.on("error", () => {});
    socket.once("close", () => {
      this.isClosed = true;
    });
  }

  static async open(port: number): Promise<Wire> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new Wire(socket);
  }

  write(...packets: Buffer[]) {
    this.socket.write(Buffer.concat(packets));
  }

  of(type: number): Received[] {
    return this.received.filter((packet) => packet.type === type);
  }

  /** Packet ids of all packets of a type, in the order they came. */
  ids(type: number): number[] {
    return this.of(type).map(({ body }) => body.readUInt16BE(0));
  }

  async first(type: number): Promise<Received> {
    await until(() => this.of(type).length > 0);
    return this.of(type)[0]!;
  }

  #next(): Received | undefined {
    const buffer = this.#rest;
    let length = 0;
    for (let at = 1; at < Math.min(buffer.length, 5); at++) {
      length += (buffer[at]! & 127) * 128 ** (at - 1);
      if (buffer[at]! > 127) continue;
      const end = at + 1 + length;
      if (buffer.length < end) return undefined;
      this.#rest = buffer.subarray(end);
      return { type: buffer[0]! >> 4, flags: buffer[0]! & 15, body: buffer.subarray(at + 1, end) };
    }
    return undefined;
  }
}

export function packet(first: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(first), lengthBytes(body.length), body]);
}

export function lengthBytes(length: number): Buffer {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(length / 128);
    bytes.push((length % 128) | (rest > 0 ? 128 : 0));
    length = rest;
  } while (length > 0);
  return Buffer.from(bytes);
}

export function text(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([word(bytes.length), bytes]);
}

export function word(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255);
}

export function connectPacket(options: {
  token?: string;
  clientId?: string;
  clean?: boolean;
  will?: { topic: string; payload: string; qos?: number; retain?: boolean };
  keepalive?: number;
}): Buffer {
  const { token = "token-of-d1", clientId = "", clean = true, will, keepalive = 60 } = options;
  const willFlags = will ? 4 | ((will.qos ?? 0) << 3) | (will.retain ? 32 : 0) : 0;
  return packet(
    0x10,
    text("MQTT"),
    Buffer.of(4, (token ? 128 : 0) | willFlags | (clean ? 2 : 0)),
    word(keepalive),
    text(clientId),
    ...(will ? [text(will.topic), text(will.payload)] : []),
    ...(token ? [text(token)] : []),
  );
}

export function publishPacket(
  topic: string,
  payload: string | Buffer,
  { qos = 0, id = 0, dup = false, retain = false } = {},
): Buffer {
  const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return packet(first, text(topic), ...(qos > 0 ? [word(id)] : []), Buffer.from(payload));
}

export function subscribePacket(id: number, ...filters: [filter: string, qos: number][]): Buffer {
  return packet(
    0x82,
    word(id),
    ...filters.map(([filter, qos]) => Buffer.concat([text(filter), Buffer.of(qos)])),
  );
}

export const pubrel = (id: number) => packet(0x62, word(id));
export const disconnect = packet(0xe0);
export const ping = packet(0xc0);
