import { readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Where things stand in the archive's folder:
 * `day=2026-11-26/lane=3/<from>-<to>-<first>-<last>-<name>.parquet`: times of arrival in ms, and sequences of the lane, all
 * included; days in UTC. `spool/<process>/<name>.open` while it is written, then `<name>.spool`.
 */
export interface ArchiveFile {
  path: string;
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
export const fileName = ({ from, to, first, last, name }: Omit<ArchiveFile, "path" | "lane">) =>
  `${from}-${to}-${first}-${last}-${name}.parquet`;
export const spoolFolder = (archive: string) => join(archive, "spool");

/** Files with rows from `from` to before `to`, ms; of all lanes, by their first sequence. */
export async function listFiles(
  archive: string,
  { from, to }: { from: number; to: number },
): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  for (const dayName of await namesIn(archive)) {
    const day = /^day=(\d{4}-\d\d-\d\d)$/.exec(dayName)?.[1];
    if (!day || day < dayOf(from) || day > dayOf(to)) continue;
    for (const laneName of await namesIn(join(archive, dayName))) {
      const lane = /^lane=(\d+)$/.exec(laneName)?.[1];
      if (!lane) continue;
      const folder = join(archive, dayName, laneName);
      for (const name of await namesIn(folder)) {
        const file = readName(name);
        if (file && file.to >= from && file.from < to)
          files.push({ ...file, path: join(folder, name), lane: Number(lane) });
      }
    }
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

function readName(name: string) {
  const [, from, to, first, last, rest] = /^(\d+)-(\d+)-(\d+)-(\d+)-(.+)\.parquet$/.exec(name) ?? [];
  if (rest === undefined) return undefined;
  return { from: Number(from), to: Number(to), first: Number(first), last: Number(last), name: rest };
}

/** Empty where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
