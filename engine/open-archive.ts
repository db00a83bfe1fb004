import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { Keeper } from "./archive/keeper.ts";
import { spoolFolder } from "./archive/places.ts";
import type { Log } from "./pipeline/parts.ts";
import type { Settings } from "./settings.ts";

export interface OpenArchive {
  /** Where the lanes of this process spool. */
  spool: string;
  close(): Promise<void>;
}

const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 4 };

/** The folder of the archive, by the settings. */
export function archiveFolder(settings: Settings): string {
  return resolve(settings.MILLRACE_ARCHIVE_DIR ?? join(settings.MILLRACE_DATA_DIR, "archive"));
}

/** Looks after the archive as long as the process runs; undefined where it is off. */
export function openArchive(
  settings: Settings,
  node: string,
  { log, size }: { log: Log; size(bytes: number): void },
): OpenArchive | undefined {
  if (settings.MILLRACE_ARCHIVE === "off" || !settings.MILLRACE_ROLES.includes("worker")) return undefined;
  const archive = archiveFolder(settings);
  const spool = join(spoolFolder(archive), node);
  const keeper = new Keeper({
    archive,
    spool,
    days: settings.MILLRACE_ARCHIVE_DAYS,
    maxBytes: settings.MILLRACE_ARCHIVE_MB * 2 ** 20,
    convert: (file) => convertInThread(file, archive),
    size,
    log,
  });
  return { spool, close: () => keeper.close() };
}

/** A thread for each file, so that its memory is given back. */
function convertInThread(file: string, archive: string): Promise<void> {
  const code = createRequire(import.meta.url).resolve("#dist/engine/archive-thread.js");
  const thread = new Worker(code, { workerData: { file, archive }, resourceLimits });
  return new Promise((done, fail) => {
    thread.once("error", fail);
    thread.once("exit", (code) => (code === 0 ? done() : fail(new Error(`${file} cannot be converted`))));
  });
}
