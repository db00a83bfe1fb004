import type { Duplex } from "node:stream";

/** A CONNECT holds at most five fields of 64 KiB; nobody needs more than this before being known. */
const maxFirstPacketBytes = 131_072;

/**
 * Looks at the length in each packet's fixed header as chunks are read from `socket`, and ends it before a larger
 * packet is gathered. `tooLarge` hears of the length; -1 is a length that is none [MQTT-2.2.3].
 */
export function guardLength(
  socket: Duplex,
  { maxPacketBytes, tooLarge }: { maxPacketBytes: number; tooLarge(bytes: number): void },
): void {
  let bodyLeft = 0;
  let headerBytes = 0;
  let length = 0;
  let limit = maxFirstPacketBytes;

  /** The length that is too large, or undefined. */
  function scan(chunk: Buffer): number | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (bodyLeft > 0) {
        const skipped = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at++]!;
      if (headerBytes++ === 0) continue;
      length += (byte & 127) * 128 ** (headerBytes - 2);
      if (byte > 127) {
        if (headerBytes === 5) return -1;
        continue;
      }
      if (length > limit) return length;
      bodyLeft = length;
      headerBytes = length = 0;
      limit = maxPacketBytes;
    }
    return undefined;
  }

  const read = socket.read.bind(socket);
  socket.read = (size) => {
    const chunk = read(size);
    if (!(chunk instanceof Buffer)) return chunk;
    const bytes = scan(chunk);
    if (bytes === undefined) return chunk;
    tooLarge(bytes);
    socket.destroy();
    return null;
  };
}
