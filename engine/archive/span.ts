import { stat } from "node:fs/promises";
import { listFiles, listSpools } from "./places.ts";

/** From when to when the archive has messages, ms; null where it has none. */
export async function spanOf(archive: string): Promise<{ from: number | null; to: number | null }> {
  const files = await listFiles(archive, { from: 0, to: Number.MAX_SAFE_INTEGER / 1000 });
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const file of files) {
    from = Math.min(from, file.from);
    to = Math.max(to, file.to);
  }
  for (const spool of await listSpools(archive)) {
    const begunAt = Number(/(\d+)-[^/\\]*$/.exec(spool)?.[1]);
    const found = await stat(spool).catch(() => undefined);
    if (!found || !(begunAt > 0)) continue;
    from = Math.min(from, begunAt);
    to = Math.max(to, begunAt, found.mtimeMs);
  }
  return from <= to ? { from, to: Math.ceil(to) } : { from: null, to: null };
}
