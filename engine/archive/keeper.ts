import { mkdir, readdir, rename, rm, rmdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../pipeline/parts.ts";
import { folderFiles, namesIn } from "./folder-files.ts";
import { spoolFolder } from "./places.ts";
import { retain } from "./retain.ts";
import { type UploadParts, Uploads } from "./uploads.ts";

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
  /** Where Parquet files move on to. */
  bucket?: UploadParts | undefined;
  log: Log;
}

const lookMs = 5000;
/** A process that shows no sign of life for so long is dead: another one goes on with its files. */
const deadAfterMs = 60_000;
const retainMs = 60_000;
/** To list a bucket costs money. */
const retainBucketMs = 600_000;
const retryMs = 600_000;

/** Looks after the archive's folder for one process: converts what its lanes spooled, moves files to the bucket, and removes what is too old or too much. */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #retainedAt = 0;
  /** By spool file that could not be converted: when it is tried again, ms. */
  readonly #failed = new Map<string, number>();
  readonly #closing = new AbortController();
  readonly #uploads: Uploads | undefined;
  #moving: Promise<void> | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#uploads = parts.bucket && new Uploads(parts.bucket, this.#closing.signal);
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
    await Promise.all([this.#looking, this.#moving]);
  }

  #begin() {
    const failed = (error: Error) => {
      const fields = { folder: this.#parts.archive, error: error.message };
      this.#parts.log("warn", "the archive cannot be looked after", fields);
    };
    this.#looking ??= this.look()
      .catch(failed)
      .finally(() => {
        this.#looking = undefined;
      });
    // By itself: a bucket may take long to answer.
    this.#moving ??= this.#uploads
      ?.move(folderFiles(this.#parts.archive))
      .catch(failed)
      .finally(() => {
        this.#moving = undefined;
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
    const everyMs = this.#uploads ? retainBucketMs : retainMs;
    if (this.#closing.signal.aborted || Date.now() - this.#retainedAt < everyMs) return;
    this.#retainedAt = Date.now();
    const { archive, days, maxBytes, size } = this.#parts;
    size(await retain(archive, this.#uploads, { days, maxBytes }));
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
}
