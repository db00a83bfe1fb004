import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { DeviceContext } from "../model/device.ts";
import type { Kept, LaneArchive } from "../pipeline/lane-archive.ts";
import { type Log, sleep } from "../pipeline/parts.ts";
import { isKept } from "./kept.ts";
import { encodeRecord } from "./spool-file.ts";

export interface SpoolParts {
  /** Folder of this process. */
  folder: string;
  /** Of this thread: its files carry it. */
  name: string;
  counted(kept: number, lost: number): void;
  log: Log;
  /** Lower ones, for tests. */
  limits?: Partial<typeof usualLimits>;
}

/** A file is closed, and may be converted, when it has this many bytes or devices, or is so old. */
const usualLimits = { bytes: 64 << 20, devices: 50_000, ageMs: 3_600_000 };
/** What waits for the disk: beyond this, batches are lost to the archive, and counted. */
const maxWaitingChars = 16_000_000;
const retryMs = 5000;
const lookMs = 10_000;
/** A write waits for more to come along: each wakes a thread for files, and is woken by it. */
const gatherMs = 20;

interface Waiting {
  /** Number of the file that it goes to: what it tells of devices stands beside what that file told before. */
  file: number;
  text: string;
  messages: number;
}

/**
 * Writes what the lanes of a thread committed to a file: within 20 ms, while the lanes go on. So a process that is killed
 * loses at most the batches whose write was to come or at work. Nothing is synced: a power cut loses what the
 * system has not written yet, 30 s as a rule. A disk that fails costs messages of the archive, never a lane's time.
 */
export class Spool implements LaneArchive {
  readonly #parts: SpoolParts;
  readonly #limits: typeof usualLimits;
  readonly #timer: NodeJS.Timeout;
  /** The file that takes what comes now, and the devices that it tells of. */
  #next = { number: 0, chars: 0, begunAt: Date.now(), told: new Set<string>() };
  #waiting: Waiting[] = [];
  #waitingChars = 0;
  #open: { number: number; path: string; handle: FileHandle } | undefined;
  #writing: Promise<void> | undefined;
  #pausedUntil = 0;
  readonly #closing = new AbortController();

  constructor(parts: SpoolParts) {
    this.#parts = parts;
    this.#limits = { ...usualLimits, ...parts.limits };
    this.#timer = setInterval(() => this.#turn(), lookMs);
    this.#timer.unref();
  }

  add({ lane, sequence, frames, entries, contexts, condemned }: Kept) {
    const messages = entries.reduce((sum, entry) => sum + (isKept(entry) ? 1 : 0), 0);
    if (messages === 0) return;
    const now = Date.now();
    if (this.#closing.signal.aborted || now < this.#pausedUntil || this.#waitingChars > maxWaitingChars)
      return this.#parts.counted(0, messages);
    if (this.#isFull()) this.#begin();
    const { number, told } = this.#next;
    const fresh: DeviceContext[] = [];
    for (const entry of entries) {
      if (!isKept(entry) || told.has(entry.device)) continue;
      told.add(entry.device);
      const context = contexts.get(entry.device);
      if (context) fresh.push(context);
    }
    const text = encodeRecord({ lane, sequence, at: now, contexts: fresh, condemned, frames });
    this.#next.chars += text.length;
    this.#waiting.push({ file: number, text, messages });
    this.#waitingChars += text.length;
    this.#writing ??= this.#write();
  }

  async close() {
    this.#closing.abort();
    clearInterval(this.#timer);
    await this.#writing;
    await this.#end().catch((error) => this.#say(error));
  }

  async #write() {
    while (this.#waiting.length > 0) {
      await sleep(gatherMs, this.#closing.signal);
      const taken = this.#take();
      const messages = messagesIn(taken);
      try {
        const file = await this.#fileOf(taken[0]!.file);
        await file.appendFile(taken.map(({ text }) => text).join(""));
        this.#parts.counted(messages, 0);
      } catch (error) {
        await this.#failed(error as Error, messages);
      }
    }
    this.#writing = undefined;
  }

  /** What waits for one file. */
  #take(): Waiting[] {
    const [first] = this.#waiting;
    const others = this.#waiting.findIndex(({ file }) => file !== first!.file);
    const taken = this.#waiting.splice(0, others < 0 ? this.#waiting.length : others);
    this.#waitingChars -= taken.reduce((sum, { text }) => sum + text.length, 0);
    return taken;
  }

  async #fileOf(number: number): Promise<FileHandle> {
    if (this.#open?.number === number) return this.#open.handle;
    await this.#end();
    const { folder, name } = this.#parts;
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${Date.now()}-${name}-${number}`);
    const handle = await open(`${path}.open`, "ax");
    this.#open = { number, path, handle };
    return handle;
  }

  #isFull(): boolean {
    const { chars, told, begunAt } = this.#next;
    const { bytes, devices, ageMs } = this.#limits;
    return chars >= bytes || told.size >= devices || Date.now() - begunAt >= ageMs;
  }

  /** What comes from now on goes to another file, which tells of every device anew. */
  #begin() {
    this.#next = { number: this.#next.number + 1, chars: 0, begunAt: Date.now(), told: new Set() };
  }

  /** Ends a file that is old, though nothing comes. */
  #turn() {
    if (!this.#isFull() || this.#writing) return;
    this.#begin();
    this.#writing = this.#end()
      .catch((error) => this.#say(error))
      .then(() => this.#write());
  }

  async #end() {
    const file = this.#open;
    this.#open = undefined;
    if (!file) return;
    await file.handle.close();
    await rename(`${file.path}.open`, `${file.path}.spool`);
  }

  /** Behind what was half written nothing can be read, and what waits may rest upon it. */
  async #failed(error: Error, messages: number) {
    this.#pausedUntil = Date.now() + retryMs;
    this.#parts.counted(0, messages + messagesIn(this.#waiting));
    this.#waiting = [];
    this.#waitingChars = 0;
    this.#begin();
    this.#say(error);
    await this.#end().catch(() => {});
  }

  #say(error: Error) {
    const fields = { folder: this.#parts.folder, error: error.message };
    this.#parts.log("warn", "the archive cannot be written; messages are missing from it", fields);
  }
}

const messagesIn = (waiting: readonly Waiting[]) => waiting.reduce((sum, { messages }) => sum + messages, 0);
