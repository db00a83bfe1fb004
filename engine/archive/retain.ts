import { rm, stat } from "node:fs/promises";
import { folderFiles } from "./folder-files.ts";
import { always, listFiles, listSpools } from "./places.ts";
import type { Uploads } from "./uploads.ts";

/** Something of the archive that takes room and may go. */
interface Kept {
  path: string;
  /** Its last message, ms. */
  to: number;
  bytes: number;
  /** False where it could not be. */
  remove(): Promise<boolean>;
}

const dayMs = 86_400_000;

/** Removes what is older than `days`, then the oldest while all is larger than `maxBytes`; gives the bytes of the rest. */
export async function retain(
  archive: string,
  uploads: Uploads | undefined,
  { days, maxBytes }: { days: number; maxBytes: number },
): Promise<number> {
  const here = await inFolder(archive);
  const paths = new Set(here.map(({ path }) => path));
  // What is moving is in both.
  const kept = [...here, ...(await inBucket(uploads)).filter(({ path }) => !paths.has(path))];
  let bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
  const oldest = Date.now() - days * dayMs;
  for (const one of kept.sort((a, b) => a.to - b.to)) {
    if (one.to >= oldest && bytes <= maxBytes) break;
    if (await one.remove()) bytes -= one.bytes;
  }
  return bytes;
}

/** Parquet files, and spool files that are closed. */
async function inFolder(archive: string): Promise<Kept[]> {
  const files = folderFiles(archive);
  const kept: Kept[] = (await listFiles(files, always)).map(({ path, to, bytes }) => ({
    path,
    to,
    bytes,
    remove: () => files.delete(path).then(() => true),
  }));
  for (const spool of await listSpools(archive)) {
    const found = spool.endsWith(".spool") && (await stat(spool).catch(() => undefined));
    if (!found) continue;
    const remove = () => rm(spool, { force: true }).then(() => true);
    kept.push({ path: spool, to: found.mtimeMs, bytes: found.size, remove });
  }
  return kept;
}

async function inBucket(uploads: Uploads | undefined): Promise<Kept[]> {
  if (!uploads) return [];
  return (await uploads.list()).map(({ path, to, bytes }) => ({
    path,
    to,
    bytes,
    remove: () => uploads.delete(path),
  }));
}
