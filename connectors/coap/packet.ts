import { generate, type ParsedPacket, parse } from "coap-packet";

/**
 * Reads a datagram. Undefined: malformed. coap-packet takes for whole what breaks off; but a message has one encoding
 * only, so what it does not write again byte for byte was not well-formed.
 */
export function readPacket(bytes: Buffer): ParsedPacket | undefined {
  try {
    const packet = parse(bytes);
    const isWhole = packet.token.length <= 8 && generate(packet, Infinity).equals(bytes);
    return isWhole ? packet : undefined;
  } catch {
    return undefined;
  }
}
