const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const letters = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));

/** 8 letters: the packet id (16 bit), then the FNV-1a hash (32 bit) of the payload, since packet ids come again. */
export function uploadId(packetId: number, payload: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < payload.length; i++) hash = Math.imul(hash ^ payload[i]!, 0x01000193);
  return String.fromCharCode(
    letters[(packetId >>> 10) & 63]!,
    letters[(packetId >>> 4) & 63]!,
    letters[((packetId & 15) << 2) | (hash >>> 30)]!,
    letters[(hash >>> 24) & 63]!,
    letters[(hash >>> 18) & 63]!,
    letters[(hash >>> 12) & 63]!,
    letters[(hash >>> 6) & 63]!,
    letters[hash & 63]!,
  );
}
