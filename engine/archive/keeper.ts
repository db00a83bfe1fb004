import { mkdir, readdir, rename, rm, rmdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../pipeline/parts.ts";
import { namesIn, spoolFolder } from "./places.ts";

export interface KeeperParts {
  archive: string;
  /** Of this process. */
  spool: string;
  /** Older files go, and the oldest ones while all are larger than this. */
  days: number;
  maxBytes: number;
  /** Turns a spool file into Parquet files. */
  convert(spoolFile: string, signal: AbortSignal): Promise<void>;
  size(bytes: number): void;
  log: Log;
}

const lookMs = 5000;
/** A process that shows no sign of life for so long is dead: another one goes on with its files. */
const deadAfterMs = 60_000;
const retainMs = 60_000;
const retryMs = 600_000;
const dayMs = 86_400_000;

/** Looks after the archive's folder for one process: converts what its lanes spooled, and removes what is too old or too much. */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #retainedAt = 0;
  /** By spool file that could not be converted: when it is tried again, ms. */
  readonly #failed = new Map<string, number>();
  readonly #closing = new AbortController();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => {
      const now = new Date();
      // By itself: many files take long to convert.
      void utimes(this.#parts.spool, now, now).catch(() => {});
      this.#begin();
    }, lookMs);
    this.#timer.unref();
    this.#begin();
  }

  /** What is not converted yet, the next process does. */
  async close() {
    this.#closing.abort();
    clearInterval(this.#timer);
    await this.#looking;
  }

  #begin() {
    this.#looking ??= this.look()
      .catch((error: Error) => {
        const fields = { folder: this.#parts.archive, error: error.message };
        this.#parts.log("warn", "the archive cannot be looked after", fields);
      })
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async look() {
    const { spool } = this.#parts;
    await mkdir(spool, { recursive: true });
    await this.#adopt();
    for (const name of await namesIn(spool)) {
      if (this.#closing.signal.aborted) return;
      if (name.endsWith(".spool") && Date.now() >= (this.#failed.get(name) ?? 0)) await this.#convert(name);
    }
    if (this.#closing.signal.aborted || Date.now() - this.#retainedAt < retainMs) return;
    this.#retainedAt = Date.now();
    await this.#retain();
  }

  /** One that cannot be converted does not keep the others from it. */
  async #convert(name: string) {
    const { spool, convert, log } = this.#parts;
    const file = join(spool, name);
    try {
      await convert(file, this.#closing.signal);
      await rm(file);
      this.#failed.delete(name);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#failed.set(name, Date.now() + retryMs);
      log("warn", "a spool file of the archive cannot be converted yet", {
        file,
        error: (error as Error).message,
      });
    }
  }

  /** Takes over the files of processes that are dead. */
  async #adopt() {
    const { archive, spool } = this.#parts;
    const all = spoolFolder(archive);
    for (const name of await namesIn(all)) {
      const folder = join(all, name);
      if (folder === spool) continue;
      try {
        if (Date.now() - (await stat(folder)).mtimeMs < deadAfterMs) continue;
        for (const file of await readdir(folder))
          await rename(join(folder, file), join(spool, file.replace(/\.open$/, ".spool")));
        await rmdir(folder);
      } catch (error) {
        // Another process was faster.
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
  }

  async #retain() {
    const { archive, days, maxBytes, size } = this.#parts;
    const files = await filesOf(archive);
    let bytes = files.reduce((sum, one) => sum + one.bytes, 0);
    const oldest = Date.now() - days * dayMs;
    for (const file of files.sort((a, b) => a.to - b.to)) {
      if (file.to >= oldest && bytes <= maxBytes) break;
      await rm(file.path, { force: true });
      await rmdir(file.folder).catch(() => {});
      bytes -= file.bytes;
    }
    for (const day of await namesIn(archive))
      if (day.startsWith("day=")) await rmdir(join(archive, day)).catch(() => {});
    size(bytes);
  }
}

/** Everything that takes room and may go: Parquet files, and spool files that are closed. */
async function filesOf(archive: string) {
  const files: { path: string; folder: string; to: number; bytes: number }[] = [];
  const add = async (folder: string, name: string, to: number) => {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found) files.push({ path, folder, to: to || found.mtimeMs, bytes: found.size });
  };
  for (const day of await namesIn(archive)) {
    if (!day.startsWith("day=")) continue;
    for (const lane of await namesIn(join(archive, day)))
      for (const name of await namesIn(join(archive, day, lane)))
        await add(join(archive, day, lane), name, Number(/^\d+-(\d+)-/.exec(name)?.[1] ?? 0));
  }
  for (const process of await namesIn(spoolFolder(archive)))
    for (const name of await namesIn(join(spoolFolder(archive), process)))
      if (name.endsWith(".spool")) await add(join(spoolFolder(archive), process), name, 0);
  return files;
}
