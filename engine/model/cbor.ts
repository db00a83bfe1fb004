import type { Value } from "./value.ts";

const maxDepth = 64;
const utf8 = new TextDecoder("utf-8", { fatal: true });
const endOfIndefinite = Symbol("break");

/**
 * Turns one CBOR item into JSON text (RFC 8949, section 6.1): byte strings become base64url, undefined and numbers that
 * JSON lacks become null, tags fall away, map keys become text. Throws an Error with a sentence on anything else.
 */
export function jsonFromCbor(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  const item = read(0);
  if (item === endOfIndefinite) throw new Error("a break stands where no item is open");
  if (at < bytes.length) throw new Error(`${bytes.length - at} bytes follow the CBOR item`);
  return JSON.stringify(item);

  function read(depth: number): Value | typeof endOfIndefinite {
    if (depth > maxDepth) throw new Error(`CBOR is nested deeper than ${maxDepth} levels`);
    const [first] = take(1);
    const major = first! >> 5;
    const info = first! & 31;
    if (major === 7) return simple(info);
    const count = info === 31 ? undefined : argument(info);
    switch (major) {
      case 0:
        return defined(count);
      case 1:
        return -1 - defined(count);
      case 2:
        return base64url(concat(count, 2));
      case 3:
        return utf8.decode(concat(count, 3));
      case 4:
        return many(count, () => read(depth + 1));
      case 5:
        return map(count, depth);
      default:
        defined(count);
        return read(depth + 1);
    }
  }

  function map(count: number | undefined, depth: number): Value {
    const pairs = many(count, () => {
      const key = read(depth + 1);
      if (key === endOfIndefinite) return key;
      const held = read(depth + 1);
      if (held === endOfIndefinite) throw new Error("a CBOR map ends after a key");
      return [typeof key === "string" ? key : JSON.stringify(key), held];
    });
    // Not assigned one by one, since `__proto__` is a key like any other.
    return Object.fromEntries(pairs as [string, Value][]);
  }

  /** Reads `count` items, or up to the break. Nothing is set aside for a count before its items are there. */
  function many(count: number | undefined, next: () => Value | typeof endOfIndefinite): Value[] {
    const items: Value[] = [];
    while (count === undefined || items.length < count) {
      const item = next();
      if (item !== endOfIndefinite) items.push(item);
      else if (count === undefined) return items;
      else throw new Error("a break stands inside a CBOR item of known length");
    }
    return items;
  }

  /** A string in one piece, or in pieces of known length and the same type up to the break. */
  function concat(count: number | undefined, major: number): Uint8Array {
    if (count !== undefined) return take(count);
    const pieces: number[] = [];
    for (;;) {
      const [first] = take(1);
      if (first === 0xff) return Uint8Array.from(pieces);
      if (first! >> 5 !== major || (first! & 31) === 31)
        throw new Error("a CBOR string holds a piece of another kind");
      for (const byte of take(argument(first! & 31))) pieces.push(byte);
    }
  }

  function simple(info: number): Value | typeof endOfIndefinite {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return finite(half(view.getUint16(skip(2))));
      case 26:
        return finite(view.getFloat32(skip(4)));
      case 27:
        return finite(view.getFloat64(skip(8)));
      case 31:
        return endOfIndefinite;
      default:
        throw new Error(`CBOR knows no simple value ${info}`);
    }
  }

  function argument(info: number): number {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return view.getUint8(skip(1));
      case 25:
        return view.getUint16(skip(2));
      case 26:
        return view.getUint32(skip(4));
      case 27:
        return Number(view.getBigUint64(skip(8)));
      default:
        throw new Error(`CBOR knows no length of kind ${info}`);
    }
  }

  function take(count: number): Uint8Array {
    const from = skip(count);
    return bytes.subarray(from, at);
  }

  /** Moves on by `count` bytes and returns where they begin. */
  function skip(count: number): number {
    if (count > bytes.length - at) throw new Error("CBOR ends in the middle of an item");
    at += count;
    return at - count;
  }
}

function defined(count: number | undefined): number {
  if (count === undefined) throw new Error("a CBOR number has no value");
  return count;
}

function finite(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}

/** A half-precision float by its bits. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function base64url(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
