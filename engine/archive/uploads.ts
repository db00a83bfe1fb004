import type { Log } from "../pipeline/parts.ts";
import type { ArchiveFiles } from "./files.ts";
import { unlessGone } from "./gone.ts";
import { type ArchiveFile, always, listFiles } from "./places.ts";

export interface UploadParts {
  /** As people know the bucket. */
  address: string;
  open(signal: AbortSignal): Promise<ArchiveFiles>;
  uploaded(result: "uploaded" | "failed"): void;
  /** Parquet files that are still here only. */
  waiting(files: number): void;
  log: Log;
  /** A shorter one, for tests. */
  firstPauseMs?: number;
}

const usualPauseMs = 5000;
const longestPauseMs = 300_000;

/**
 * Moves Parquet files, which do not change any more, from the folder to the bucket. A bucket that is away is said once and
 * asked again after 5 s, later ones after up to 5 min; meanwhile the files stay.
 */
export class Uploads {
  readonly #parts: UploadParts;
  readonly #signal: AbortSignal;
  #bucket: ArchiveFiles | undefined;
  #failures = 0;
  #againAt = 0;

  constructor(parts: UploadParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  async move(folder: ArchiveFiles) {
    const files = await listFiles(folder, always);
    this.#parts.waiting(files.length);
    if (!this.#isDue) return;
    let waiting = files.length;
    // The oldest first: the retention takes them first.
    for (const { path, bytes } of files.sort((a, b) => a.to - b.to)) {
      if (this.#signal.aborted) return;
      const content = await unlessGone(folder.read(path, 0, bytes));
      if (!content) continue;
      const isMoved = await this.#ask((bucket) => bucket.put(path, new Uint8Array(content)).then(() => true));
      if (!isMoved) return this.#signal.aborted ? undefined : this.#parts.uploaded("failed");
      await folder.delete(path);
      this.#parts.uploaded("uploaded");
      this.#parts.waiting(--waiting);
    }
  }

  /** What the bucket has; nothing while it is away. */
  async list(): Promise<ArchiveFile[]> {
    if (!this.#isDue) return [];
    return (await this.#ask((bucket) => listFiles(bucket, always))) ?? [];
  }

  /** False where it could not be asked. */
  async delete(name: string): Promise<boolean> {
    if (!this.#isDue) return false;
    return (await this.#ask((bucket) => bucket.delete(name).then(() => true))) ?? false;
  }

  get #isDue() {
    return Date.now() >= this.#againAt;
  }

  async #ask<T>(work: (bucket: ArchiveFiles) => Promise<T>): Promise<T | undefined> {
    const { address, open, log } = this.#parts;
    try {
      this.#bucket ??= await open(this.#signal);
      const done = await work(this.#bucket);
      if (this.#failures > 0) log("info", "the archive's bucket answers again", { bucket: address });
      this.#failures = 0;
      return done;
    } catch (error) {
      if (this.#signal.aborted) return undefined;
      const fields = { bucket: address, error: (error as Error).message };
      if (this.#failures === 0)
        log("warn", "the archive's bucket cannot be used; files wait for it in the folder", fields);
      const pauseMs = (this.#parts.firstPauseMs ?? usualPauseMs) * 2 ** this.#failures++;
      this.#againAt = Date.now() + Math.min(longestPauseMs, pauseMs);
      return undefined;
    }
  }
}
