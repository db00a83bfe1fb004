import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { type ArchivePlace, openBucket } from "./archive/files.ts";
import { Keeper } from "./archive/keeper.ts";
import { spoolFolder } from "./archive/places.ts";
import { addressOf } from "./archive/s3-place.ts";
import type { Log } from "./pipeline/parts.ts";
import { isBucket, s3Place } from "./s3-settings.ts";
import type { Settings } from "./settings.ts";

export interface OpenArchive {
  /** Where the lanes of this process spool. */
  spool: string;
  close(): Promise<void>;
}

/** What the archive tells of itself. */
export interface ArchiveCounts {
  size(bytes: number): void;
  uploaded(result: "uploaded" | "failed"): void;
  waiting(files: number): void;
}

/** Where the archive is, by the settings: a folder, and a bucket to which files move on from there. */
export function archivePlace(settings: Settings): ArchivePlace & { folder: string } {
  const { MILLRACE_ARCHIVE_DIR: dir, MILLRACE_DATA_DIR: data } = settings;
  const folder = dir === undefined || isBucket(dir) ? join(data, "archive") : dir;
  return { folder: resolve(folder), bucket: s3Place(settings) };
}

/** Looks after the archive as long as the process runs; undefined where it is off. */
export function openArchive(
  settings: Settings,
  node: string,
  { log, size, uploaded, waiting }: ArchiveCounts & { log: Log },
): OpenArchive | undefined {
  if (settings.MILLRACE_ARCHIVE === "off" || !settings.MILLRACE_ROLES.includes("worker")) return undefined;
  const { folder: archive, bucket } = archivePlace(settings);
  const spool = join(spoolFolder(archive), node);
  const keeper = new Keeper({
    archive,
    spool,
    days: settings.MILLRACE_ARCHIVE_DAYS,
    maxBytes: settings.MILLRACE_ARCHIVE_MB * 2 ** 20,
    convert: (file, signal) => convertApart(file, archive, signal),
    size,
    bucket: bucket && {
      address: addressOf(bucket),
      open: (signal) => openBucket(bucket, signal),
      uploaded,
      waiting,
      log,
    },
    log,
  });
  return { spool, close: () => keeper.close() };
}

/** Rejects with what the process said where it failed, or was ended by the signal. */
async function convertApart(file: string, archive: string, signal: AbortSignal): Promise<void> {
  const code = createRequire(import.meta.url).resolve("#dist/engine/archive-process.js");
  const memory = ["--max-old-space-size=96", "--max-semi-space-size=4"];
  const child = spawn(process.execPath, [...memory, code, file, archive], {
    stdio: ["ignore", "ignore", "pipe"],
    signal,
  });
  let said = "";
  child.stderr.on("data", (data) => {
    said = `${said}${data}`.slice(-2000);
  });
  const [ended] = await once(child, "close");
  if (ended !== 0) throw new Error(said.trim() || `its process ended with ${ended}`);
}
