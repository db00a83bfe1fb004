import { join } from "node:path";
import type { ReadableFiles } from "./files.ts";
import { namesIn } from "./folder-files.ts";

/**
 * Where things stand in the archive, whether that is a folder or a bucket:
 * `day=2026-11-26/lane=3/<from>-<to>-<first>-<last>-<name>.parquet`: times of arrival in ms, and sequences of the lane, all
 * included; days in UTC. `spool/<process>/<name>.open`, in the folder, while it is written, then `<name>.spool`.
 */
export interface ArchiveFile {
  /** Its way from the top. */
  path: string;
  bytes: number;
  lane: number;
  from: number;
  to: number;
  first: number;
  last: number;
  /** That of the spool file it came from. */
  name: string;
}

export const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
export const laneFolder = (archive: string, day: string, lane: number) =>
  join(archive, `day=${day}`, `lane=${lane}`);
export const fileName = ({ from, to, first, last, name }: Omit<ArchiveFile, "path" | "lane" | "bytes">) =>
  `${from}-${to}-${first}-${last}-${name}.parquet`;
export const spoolFolder = (archive: string) => join(archive, "spool");
/** From the beginning to the end of time, as far as dates go. */
export const always = { from: 0, to: Number.MAX_SAFE_INTEGER / 1000 };

/** Files with rows from `from` to before `to`, ms; of all lanes, by their first sequence. */
export async function listFiles(
  stored: Pick<ReadableFiles, "list">,
  { from, to }: { from: number; to: number },
): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  for await (const { name, bytes } of stored.list({ from: `day=${dayOf(from)}`, to: `day=${dayOf(to)}` })) {
    const file = readPath(name);
    if (file && file.to >= from && file.from < to) files.push({ ...file, bytes });
  }
  return files.sort((a, b) => a.first - b.first || (a.path < b.path ? -1 : 1));
}

/** Spool files of all processes, also those that are being written. */
export async function listSpools(archive: string): Promise<string[]> {
  const folder = spoolFolder(archive);
  const files: string[] = [];
  for (const process of await namesIn(folder))
    for (const name of await namesIn(join(folder, process)))
      if (/\.(open|spool)$/.test(name)) files.push(join(folder, process, name));
  return files;
}

const pattern = /^day=\d{4}-\d\d-\d\d\/lane=(\d+)\/(\d+)-(\d+)-(\d+)-(\d+)-([^/]+)\.parquet$/;

function readPath(path: string): Omit<ArchiveFile, "bytes"> | undefined {
  const [, ...parts] = pattern.exec(path) ?? [];
  if (parts.length === 0) return undefined;
  const [lane, from, to, first, last] = parts.map(Number) as [number, number, number, number, number];
  return { path, lane, from, to, first, last, name: parts[5]! };
}
