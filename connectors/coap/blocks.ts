import { createHash } from "node:crypto";
import type { Reply } from "./endpoint.ts";
import { Refusal } from "./failure.ts";
import type { Request } from "./request.ts";

const maxAssemblies = 256;
const maxAssembliesOfDevice = 8;
const idleMs = 120_000;
const defaultBlockBytes = 1024;

/** Which part of a body a message holds (RFC 7959). `bytes` is the size of a block, 16 to 1024. */
interface Block {
  num: number;
  more: boolean;
  bytes: number;
}

/** Undefined when there is none. Throws a Refusal when it cannot be read. */
export function blockOf(request: Request, name: "Block1" | "Block2"): Block | undefined {
  const value = request.bytesOf(name);
  const block = value && readBlock(value);
  if (block || !value) return block;
  throw new Refusal(name === "Block1" ? "4.00" : "4.02", `The ${name} option cannot be read.`);
}

function readBlock(value: Buffer): Block | undefined {
  const bits = value.reduce((sum, byte) => sum * 256 + byte, 0);
  if (value.length > 3 || (bits & 7) === 7) return undefined;
  return { num: bits >> 4, more: (bits & 8) !== 0, bytes: 16 << (bits & 7) };
}

function blockBytes({ num, more, bytes }: Block): Buffer {
  const bits = (num << 4) | (more ? 8 : 0) | Math.log2(bytes / 16);
  const whole = Buffer.of(bits >> 16, bits >> 8, bits);
  return whole.subarray(bits > 0xffff ? 0 : bits > 0xff ? 1 : 2);
}

interface Assembly {
  device: string;
  body: Buffer[];
  bytes: number;
  touchedAt: number;
}

/**
 * Puts together bodies that come in blocks (RFC 7959, Block1), one per peer, resource and Request-Tag (RFC 9175). Not by
 * token: libcoap takes a new one for each block.
 */
export class Assemblies {
  readonly #maxBytes: number;
  readonly #open = new Map<string, Assembly>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The whole body, the one of the request where it has no block; undefined while more is to come. */
  take(request: Request, device: string): Buffer | undefined {
    const { payload } = request;
    const block = blockOf(request, "Block1");
    if (!block) {
      this.#mustFit(payload.length);
      return payload;
    }
    const key = `${request.peer} ${request.code} ${request.url} ${request.bytesOf("292")?.toString("hex")}`;
    if (block.num === 0) this.#start(key, device);
    const assembly = this.#open.get(key);
    if (!assembly) throw new Refusal("4.08", "Blocks before this one are missing: begin again.");

    const start = block.num * block.bytes;
    const isRepeated = block.more && start + block.bytes === assembly.bytes;
    if (isRepeated) return undefined;
    this.#open.delete(key);
    const isWhole = !block.more || payload.length === block.bytes;
    if (start !== assembly.bytes || !isWhole)
      throw new Refusal("4.08", "A block is missing or cut: begin again.");
    assembly.bytes += payload.length;
    this.#mustFit(Math.max(Number(request.headers.Size1 ?? 0), assembly.bytes));
    assembly.body.push(payload);
    assembly.touchedAt = Date.now();
    if (!block.more) return Buffer.concat(assembly.body);
    this.#open.set(key, assembly);
    return undefined;
  }

  #start(key: string, device: string) {
    const now = Date.now();
    this.#open.delete(key);
    for (const [other, { touchedAt }] of this.#open) if (touchedAt < now - idleMs) this.#open.delete(other);
    const ofDevice = [...this.#open.values()].filter((assembly) => assembly.device === device).length;
    if (this.#open.size >= maxAssemblies || ofDevice >= maxAssembliesOfDevice)
      throw new Refusal("5.03", "Too many uploads.", { "Max-Age": 5 });
    this.#open.set(key, { device, body: [], bytes: 0, touchedAt: now });
  }

  #mustFit(bytes: number) {
    if (bytes <= this.#maxBytes) return;
    throw new Refusal("4.13", `The body has more than ${this.#maxBytes} bytes: split it.`, {
      Size1: this.#maxBytes,
    });
  }
}

/** The answer with the Block1 it is about. */
export function withBlock1(request: Request, reply: Reply): Reply {
  const value = request.bytesOf("Block1");
  const block = value && readBlock(value);
  if (!block) return reply;
  const Block1 = blockBytes({ ...block, more: reply.code === "2.31" });
  return { ...reply, options: { ...reply.options, Block1 } };
}

/** The block of the body that was asked for, or the first one of 1024 bytes (RFC 7959, Block2). */
export function sliced(request: Request, reply: Reply): Reply {
  const body = Buffer.from(reply.payload ?? "");
  const { num, bytes } = blockOf(request, "Block2") ?? { num: 0, bytes: defaultBlockBytes };
  if (body.length <= bytes && num === 0) return reply;
  if (num * bytes >= body.length) throw new Refusal("4.02", "There is no such block.");
  const end = (num + 1) * bytes;
  const options: Reply["options"] = {
    ...reply.options,
    // Blocks are fetched one by one: the tag tells whether they are of one body.
    ETag: createHash("sha256").update(body).digest().subarray(0, 8),
    Block2: blockBytes({ num, more: end < body.length, bytes }),
  };
  if (num === 0) options.Size2 = body.length;
  return { ...reply, options, payload: body.subarray(num * bytes, end) };
}
