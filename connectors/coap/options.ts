import type { Option } from "./packet.ts";

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
  size2: 28,
  proxyUri: 35,
  proxyScheme: 39,
  size1: 60,
  requestTag: 292,
} as const;

const uriHost = 3;
const uriPort = 7;
const understood = new Set<number>([uriHost, uriPort, ...Object.values(numbers)]);

export const formats = { text: 0, links: 40, json: 50, cbor: 60 } as const;

/** Codes of requests and responses: class in the upper three bits. */
export const codes = {
  get: 0x01,
  post: 0x02,
  changed: 0x44,
  content: 0x45,
  continue: 0x5f,
  badRequest: 0x80,
  unauthorized: 0x81,
  badOption: 0x82,
  notFound: 0x84,
  methodNotAllowed: 0x85,
  notAcceptable: 0x86,
  incomplete: 0x88,
  tooLarge: 0x8d,
  unsupportedFormat: 0x8f,
  internal: 0xa0,
  unavailable: 0xa3,
  noProxy: 0xa5,
} as const;

export function uintOption(number: number, value: number): Option {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return { number, value: Buffer.from(bytes) };
}

/** The first option of this number as an unsigned integer. */
export function uintOf(options: readonly Option[], number: number): number | undefined {
  const value = options.find((option) => option.number === number)?.value;
  return value && value.length <= 4 ? value.reduce((sum, byte) => sum * 256 + byte, 0) : undefined;
}

export function textsOf(options: readonly Option[], number: number): string[] {
  return options.filter((option) => option.number === number).map(({ value }) => value.toString());
}

/** An option that must be understood and is not: odd numbers are critical (RFC 7252, section 5.4.1). */
export function criticalUnknown(options: readonly Option[]): number | undefined {
  return options.find(({ number }) => number % 2 === 1 && !understood.has(number))?.number;
}

/** Which part of a body a message holds (RFC 7959). `bytes` is the size of a block, 16 to 1024. */
export interface Block {
  num: number;
  more: boolean;
  bytes: number;
}

/** Undefined when there is none, "invalid" when its size is the reserved one. */
export function blockOf(options: readonly Option[], number: number): Block | "invalid" | undefined {
  const value = uintOf(options, number);
  if (value === undefined) return options.some((option) => option.number === number) ? "invalid" : undefined;
  const exponent = value & 7;
  if (exponent === 7 || value > 0xffffff) return "invalid";
  return { num: value >> 4, more: (value & 8) !== 0, bytes: 2 ** (exponent + 4) };
}

export function blockOption(number: number, { num, more, bytes }: Block): Option {
  return uintOption(number, (num << 4) | (more ? 8 : 0) | (Math.log2(bytes) - 4));
}
