import { parentPort, workerData } from "node:worker_threads";
import { spanOfFile } from "./archive/message-file.ts";
import type { Read } from "./message-files.ts";
import type { MessageFile } from "./model/backtest.ts";
import { MillraceError } from "./model/errors.ts";

// Reads one file through, away from the thread that devices talk to.
const tell = (read: Read) => parentPort!.postMessage(read);
try {
  tell({ span: await spanOfFile(workerData as MessageFile) });
} catch (error) {
  const code = error instanceof MillraceError ? error.code : "internal";
  tell({ code, message: (error as Error).message });
}
