import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { readMessageFile } from "./archive/message-file.ts";
import { readArchive } from "./archive/read.ts";
import { backtest } from "./backtest/backtest.ts";
import { whatIf } from "./backtest/what-if.ts";
import { MillraceError } from "./model/errors.ts";
import { ownThread } from "./pipeline/thread-time.ts";
import type { BacktestTask, Told } from "./run-backtest.ts";

// One backtest, in a thread of its own that the lanes go before.
const { order, source, vary } = workerData as BacktestTask;
const tell = (told: Told) => parentPort!.postMessage(told);
const thread = ownThread();
// setpriority(2): on Linux it is the thread's.
if (thread > 0) setPriority(thread, 10);

const { from, to } = order;
const seconds = () =>
  source.type === "archive"
    ? readArchive(source.place, { from, to })
    : readMessageFile(source.file, { from, to });

try {
  if (vary)
    tell({
      type: "done",
      whatIf: await whatIf(order, vary, seconds, (progress) => tell({ type: "progress", ...progress })),
    });
  else
    tell({
      type: "done",
      result: await backtest(order, seconds(), (progress) => tell({ type: "progress", ...progress })),
    });
} catch (error) {
  const code = error instanceof MillraceError ? error.code : "internal";
  tell({ type: "failed", code, message: (error as Error).message });
}
