import { generate, type OptionName, type Packet as Written } from "coap-packet";
import { readPacket } from "../../connectors/coap/packet.ts";

/** A CoAP message with numbers as they stand in the datagram: `code` is class and detail in one byte, 0x45 is 2.05. */
export interface Packet {
  type: (typeof types)[number];
  code: number;
  id: number;
  token: Buffer;
  options: Option[];
  payload: Buffer;
}

export interface Option {
  number: number;
  value: Buffer;
}

const types = ["confirmable", "nonconfirmable", "acknowledgement", "reset"] as const;

/** Undefined: not CoAP, or not well-formed to what the connector reads with. */
export function decode(bytes: Buffer): Packet | undefined {
  const packet = readPacket(bytes);
  return (
    packet && {
      type: types[(bytes[0]! >> 4) & 3]!,
      code: bytes[1]!,
      id: packet.messageId,
      token: packet.token,
      options: packet.options.map(({ name, value }) => ({ number: numberOf(name), value })),
      payload: packet.payload,
    }
  );
}

export function encode({ type, code, id, token, options, payload }: Packet): Buffer {
  const written: Written = {
    confirmable: type === "confirmable",
    ack: type === "acknowledgement",
    reset: type === "reset",
    code: dotted(code),
    messageId: id,
    token,
    options: options.map(({ number, value }) => ({ name: String(number), value })),
    payload,
  };
  return generate(written, Infinity);
}

/** `4.04` for 0x84. */
export function dotted(code: number): string {
  return `${code >> 5}.${String(code & 31).padStart(2, "0")}`;
}

/** The package names some options; in a datagram with this one alone the delta is the number. */
function numberOf(name: OptionName | number): number {
  const bytes = generate({ code: "0.01", options: [{ name: String(name), value: Buffer.alloc(0) }] });
  const delta = bytes[4]! >> 4;
  return delta < 13 ? delta : delta === 13 ? bytes[5]! + 13 : bytes.readUInt16BE(5) + 269;
}

/** Option numbers: RFC 7252, 7641, 7959, 9175. */
export const numbers = {
  etag: 4,
  observe: 6,
  uriPath: 11,
  contentFormat: 12,
  maxAge: 14,
  uriQuery: 15,
  accept: 17,
  block2: 23,
  block1: 27,
  proxyUri: 35,
  size1: 60,
  requestTag: 292,
} as const;

export const formats = { text: 0, links: 40, json: 50, cbor: 60 } as const;

export const codes = { get: 0x01, post: 0x02, changed: 0x44, content: 0x45 } as const;

export function uintOption(number: number, value: number): Option {
  const hex = value === 0 ? "" : value.toString(16);
  return { number, value: Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex") };
}

/** The first option of this number as an unsigned integer. */
export function uintOf(options: readonly Option[], number: number): number | undefined {
  const value = options.find((option) => option.number === number)?.value;
  return value?.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Which part of a body a message holds (RFC 7959). `bytes` is the size of a block, 16 to 1024. */
export interface Block {
  num: number;
  more: boolean;
  bytes: number;
}

export function blockOf(options: readonly Option[], number: number): Block | undefined {
  const value = uintOf(options, number);
  return value === undefined
    ? undefined
    : { num: value >> 4, more: (value & 8) !== 0, bytes: 2 ** ((value & 7) + 4) };
}

export function blockOption(number: number, { num, more, bytes }: Block): Option {
  return uintOption(number, (num << 4) | (more ? 8 : 0) | (Math.log2(bytes) - 4));
}
