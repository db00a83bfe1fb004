import { createHash } from "node:crypto";
import type { Reply, Request } from "./endpoint.ts";
import { blockOf, blockOption, codes, numbers, uintOf, uintOption } from "./options.ts";
import type { Option } from "./packet.ts";

const maxAssemblies = 256;
const maxAssembliesOfDevice = 8;
const idleMs = 120_000;
const defaultBlockBytes = 1024;

interface Assembly {
  device: string;
  body: Buffer[];
  bytes: number;
  /** Number of the block that came last. */
  last: number;
  idle: NodeJS.Timeout;
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

  /** The whole body, the one of the request where it has no block, or what to answer meanwhile. */
  take(request: Request, device: string): { body: Buffer } | { reply: Reply } {
    const { options, payload } = request;
    const block = blockOf(options, numbers.block1);
    if (!block) return payload.length > this.#maxBytes ? { reply: this.#tooLarge() } : { body: payload };
    if (block === "invalid")
      return { reply: { code: codes.badRequest, payload: "The Block1 option cannot be read." } };

    const key = keyOf(request);
    const announced = uintOf(options, numbers.size1) ?? 0;
    if (block.num === 0) this.#drop(key);
    const assembly = this.#open.get(key) ?? (block.num === 0 ? this.#start(key, device) : "missing");
    if (assembly === "missing")
      return {
        reply: { code: codes.incomplete, payload: "Blocks before this one are missing: begin again." },
      };
    if (assembly === "full")
      return {
        reply: {
          code: codes.unavailable,
          options: [uintOption(numbers.maxAge, 5)],
          payload: "Too many uploads.",
        },
      };

    const isRepeated = block.num > 0 && block.num === assembly.last;
    if (!isRepeated) {
      const isNext = block.num * block.bytes === assembly.bytes;
      const isWhole = !block.more || payload.length === block.bytes;
      if (!isNext || !isWhole) {
        this.#drop(key);
        return { reply: { code: codes.incomplete, payload: "A block is missing or cut: begin again." } };
      }
      if (Math.max(announced, assembly.bytes + payload.length) > this.#maxBytes) {
        this.#drop(key);
        return { reply: this.#tooLarge() };
      }
      assembly.body.push(payload);
      assembly.bytes += payload.length;
      assembly.last = block.num;
    }
    if (block.more) {
      assembly.idle.refresh();
      return { reply: { code: codes.continue, options: [blockOption(numbers.block1, block)] } };
    }
    this.#drop(key);
    return { body: Buffer.concat(assembly.body) };
  }

  close(): void {
    for (const key of [...this.#open.keys()]) this.#drop(key);
  }

  #start(key: string, device: string): Assembly | "full" {
    const ofDevice = [...this.#open.values()].filter((assembly) => assembly.device === device).length;
    if (this.#open.size >= maxAssemblies || ofDevice >= maxAssembliesOfDevice) return "full";
    const idle = setTimeout(() => this.#drop(key), idleMs);
    const assembly = { device, body: [], bytes: 0, last: -1, idle };
    this.#open.set(key, assembly);
    return assembly;
  }

  #drop(key: string) {
    clearTimeout(this.#open.get(key)?.idle);
    this.#open.delete(key);
  }

  #tooLarge(): Reply {
    const payload = `The body has more than ${this.#maxBytes} bytes: split it.`;
    return { code: codes.tooLarge, options: [uintOption(numbers.size1, this.#maxBytes)], payload };
  }
}

/** The block of the body that was asked for, or the first one of 1024 bytes (RFC 7959, Block2). */
export function sliced(request: Request, reply: Reply): Reply {
  const asked = blockOf(request.options, numbers.block2);
  const body = Buffer.from(reply.payload ?? "");
  if (asked === "invalid") return { code: codes.badOption, payload: "The Block2 option cannot be read." };
  const bytes = asked?.bytes ?? defaultBlockBytes;
  const num = asked?.num ?? 0;
  if (body.length <= bytes && num === 0) return reply;
  if (num * bytes >= body.length) return { code: codes.badOption, payload: "There is no such block." };
  const block = { num, more: (num + 1) * bytes < body.length, bytes };
  // Blocks are fetched one by one: the tag tells whether they are of one body.
  const etag: Option = {
    number: numbers.etag,
    value: createHash("sha256").update(body).digest().subarray(0, 8),
  };
  const options = [...(reply.options ?? []), etag, blockOption(numbers.block2, block)];
  if (num === 0) options.push(uintOption(numbers.size2, body.length));
  return { ...reply, options, payload: body.subarray(num * bytes, (num + 1) * bytes) };
}

function keyOf({ peer, code, options }: Request): string {
  const parts = options
    .filter(
      ({ number }) =>
        number === numbers.uriPath || number === numbers.uriQuery || number === numbers.requestTag,
    )
    .map(({ number, value }) => `${number}:${value.toString("hex")}`);
  return [peer.key, code, ...parts].join(" ");
}
