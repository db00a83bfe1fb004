import { stat } from "node:fs/promises";
import { type ArchivePlace, openFiles } from "./files.ts";
import { always, listFiles, listSpools } from "./places.ts";

/** From when to when the archive has messages, ms; null where it has none. Throws as `readArchive` does. */
export async function spanOf(place: ArchivePlace): Promise<{ from: number | null; to: number | null }> {
  const spools = place.folder === undefined ? [] : await listSpools(place.folder);
  const files = await listFiles(await openFiles(place), always);
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const file of files) {
    from = Math.min(from, file.from);
    to = Math.max(to, file.to);
  }
  for (const spool of spools) {
    const begunAt = Number(/(\d+)-[^/\\]*$/.exec(spool)?.[1]);
    const found = await stat(spool).catch(() => undefined);
    if (!found || !(begunAt > 0)) continue;
    from = Math.min(from, begunAt);
    to = Math.max(to, begunAt, found.mtimeMs);
  }
  return from <= to ? { from, to: Math.ceil(to) } : { from: null, to: null };
}
