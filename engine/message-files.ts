import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Worker } from "node:worker_threads";
import type { MessageFiles } from "./api/parts.ts";
import type { MessageFileSpan } from "./archive/message-file.ts";
import type { MessageFile } from "./model/backtest.ts";
import { type ErrorCode, MillraceError } from "./model/errors.ts";

/** What its thread says of a file. */
export type Read = { span: MessageFileSpan } | { code: ErrorCode; message: string };

type Kept = NonNullable<ReturnType<MessageFiles["find"]>>;

/** Files that are kept for backtests; an older one goes when another comes. */
const mostKept = 4;

/** Files of messages that were uploaded to this process, in a temporary folder that goes with it. */
export function openMessageFiles(): MessageFiles & { close(): Promise<void> } {
  const all = new Map<string, Kept>();
  const folder = join(tmpdir(), `millrace-messages-${randomUUID()}`);
  return {
    async add(incoming, { format, profile }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const id = randomUUID();
      const file = { path: join(folder, id), format, profile };
      try {
        await pipeline(incoming, createWriteStream(file.path));
        const uploaded = { id, ...(await spanInThread(file)) };
        all.set(id, { ...uploaded, file });
        for (const [id, old] of all) {
          if (all.size <= mostKept) break;
          all.delete(id);
          await rm(old.file.path, { force: true });
        }
        return uploaded;
      } catch (error) {
        await rm(file.path, { force: true });
        throw error;
      }
    },
    find: (id) => all.get(id),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function spanInThread(file: MessageFile): Promise<MessageFileSpan> {
  const script = createRequire(import.meta.url).resolve("#dist/engine/message-file-thread.js");
  const thread = new Worker(script, { workerData: file, resourceLimits: { maxOldGenerationSizeMb: 256 } });
  try {
    const read = await new Promise<Read>((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
    });
    if ("span" in read) return read.span;
    throw new MillraceError(read.code, read.message);
  } finally {
    await thread.terminate();
  }
}
