/** A CoAP message (RFC 7252, section 3). `code` is class and detail in one byte: 0x45 is 2.05. */
export interface Packet {
  type: Type;
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

const typeNames = ["confirmable", "nonconfirmable", "acknowledgement", "reset"] as const;
export type Type = (typeof typeNames)[number];

const empty = Buffer.alloc(0);

/**
 * Reads a datagram. Undefined: not CoAP, to be ignored. `malformed`: its header can be read and nothing else, so that
 * a reset can name it.
 */
export function decode(
  bytes: Buffer,
): (Packet & { malformed?: false }) | { malformed: true; type: Type; id: number } | undefined {
  if (bytes.length < 4 || bytes[0]! >> 6 !== 1) return undefined;
  const type = typeNames[(bytes[0]! >> 4) & 3]!;
  const code = bytes[1]!;
  const id = bytes.readUInt16BE(2);
  const tokenLength = bytes[0]! & 15;
  const head = 4 + tokenLength;
  const malformed = { malformed: true, type, id } as const;
  if (tokenLength > 8 || head > bytes.length) return malformed;
  if (code === 0)
    return bytes.length > 4 ? malformed : { type, code, id, token: empty, options: [], payload: empty };

  const token = bytes.subarray(4, head);
  const options: Option[] = [];
  let number = 0;
  let at = head;
  while (at < bytes.length) {
    if (bytes[at] === 0xff) {
      // A marker without a payload is a format error.
      if (at + 1 === bytes.length) return malformed;
      return { type, code, id, token, options, payload: bytes.subarray(at + 1) };
    }
    const first = bytes[at++]!;
    const delta = extended(bytes, first >> 4, at);
    if (!delta) return malformed;
    const length = extended(bytes, first & 15, delta.at);
    if (!length || length.at + length.value > bytes.length) return malformed;
    number += delta.value;
    at = length.at + length.value;
    options.push({ number, value: bytes.subarray(length.at, at) });
  }
  return { type, code, id, token, options, payload: empty };
}

/** A delta or length of an option: 13 and 14 say that it follows in one or two bytes, 15 is reserved. */
function extended(bytes: Buffer, nibble: number, at: number): { value: number; at: number } | undefined {
  if (nibble < 13) return { value: nibble, at };
  const more = nibble - 12;
  if (nibble === 15 || at + more > bytes.length) return undefined;
  return { value: nibble === 13 ? bytes[at]! + 13 : bytes.readUInt16BE(at) + 269, at: at + more };
}

export function encode({ type, code, id, token, options, payload }: Packet): Buffer {
  const parts: Buffer[] = [
    Buffer.of(0x40 | (typeNames.indexOf(type) << 4) | token.length, code, id >> 8, id & 255),
    token,
  ];
  let number = 0;
  for (const option of options.toSorted((a, b) => a.number - b.number)) {
    const [delta, deltaBytes] = shortened(option.number - number);
    const [length, lengthBytes] = shortened(option.value.length);
    parts.push(Buffer.of((delta << 4) | length, ...deltaBytes, ...lengthBytes), option.value);
    number = option.number;
  }
  if (payload.length > 0) parts.push(Buffer.of(0xff), payload);
  return Buffer.concat(parts);
}

function shortened(value: number): [nibble: number, bytes: number[]] {
  if (value < 13) return [value, []];
  if (value < 269) return [13, [value - 13]];
  return [14, [(value - 269) >> 8, (value - 269) & 255]];
}

/** Answers to a message: an empty acknowledgement or a reset. */
export function emptyPacket(type: "acknowledgement" | "reset", id: number): Buffer {
  return encode({ type, code: 0, id, token: empty, options: [], payload: empty });
}
