import { parentPort, workerData } from "node:worker_threads";
import { readNdjson } from "./archive/ndjson.ts";
import { readArchive } from "./archive/read.ts";
import { backtest } from "./backtest/backtest.ts";
import { MillraceError } from "./model/errors.ts";
import type { BacktestTask, Told } from "./run-backtest.ts";

// One backtest, in a thread of its own.
const { order, source } = workerData as BacktestTask;
const tell = (told: Told) => parentPort!.postMessage(told);

try {
  const { from, to } = order;
  const seconds =
    source.type === "archive"
      ? readArchive(source.folder, { from, to })
      : readNdjson(source.file, { from, to, profile: source.profile });
  const result = await backtest(order, seconds, (progress) => tell({ type: "progress", ...progress }));
  tell({ type: "result", result });
} catch (error) {
  const code = error instanceof MillraceError ? error.code : "internal";
  tell({ type: "failed", code, message: (error as Error).message });
}
