import type { AsyncBuffer } from "hyparquet";
import type { ReadableFiles } from "./files.ts";

/** Read at once, at least: a request to a bucket takes as long as some hundred kilobytes do. */
const aheadBytes = 2 << 20;

/** A file of the archive to be read from its begin to its end, which keeps what it last read. */
export function ahead(stored: ReadableFiles, name: string, byteLength: number): AsyncBuffer {
  let held = new ArrayBuffer(0);
  let begin = 0;
  return {
    byteLength,
    async slice(start, end = byteLength) {
      if (start < begin || end > begin + held.byteLength) {
        begin = byteLength <= aheadBytes ? 0 : start;
        held = await stored.read(name, begin, Math.min(byteLength, Math.max(end, begin + aheadBytes)));
      }
      return held.slice(start - begin, end - begin);
    },
  };
}
