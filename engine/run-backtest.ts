import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { ArchivePlace } from "./archive/files.ts";
import type { BacktestOrder, BacktestProgress } from "./backtest/backtest.ts";
import type { Vary } from "./backtest/what-if.ts";
import type { BacktestResult, MessageFile, WhatIfResult } from "./model/backtest.ts";
import { type ErrorCode, MillraceError } from "./model/errors.ts";

export interface BacktestTask {
  order: BacktestOrder;
  source: { type: "archive"; place: ArchivePlace } | { type: "file"; file: MessageFile };
  /** Only the curve over these values is wanted. */
  vary?: Vary | undefined;
}

/** One of the two. */
export interface BacktestDone {
  result?: BacktestResult;
  whatIf?: WhatIfResult;
}

/** What its thread tells of a backtest. */
export type Told =
  | ({ type: "progress" } & BacktestProgress)
  | ({ type: "done" } & BacktestDone)
  | { type: "failed"; code: ErrorCode; message: string };

export interface RunningBacktest {
  /** Rejects with a MillraceError; `conflict` when it was cancelled. */
  done: Promise<BacktestDone>;
  cancel(): void;
}

const maxMb = 384;

/** Runs a backtest in a thread of its own, which is ended when it is cancelled or takes too much memory. */
export function runBacktest(task: BacktestTask, tell: (progress: BacktestProgress) => void): RunningBacktest {
  const file = createRequire(import.meta.url).resolve("#dist/engine/backtest-thread.js");
  const resourceLimits = { maxOldGenerationSizeMb: maxMb, maxYoungGenerationSizeMb: 16 };
  const thread = new Worker(file, { workerData: task, resourceLimits });
  let cancel = () => {};
  const done = new Promise<BacktestDone>((resolve, reject) => {
    cancel = () => reject(new MillraceError("conflict", "The backtest was cancelled."));
    thread.on("message", (told: Told) => {
      if (told.type === "progress") tell({ messages: told.messages, at: told.at });
      else if (told.type === "failed") reject(new MillraceError(told.code, told.message));
      else resolve({ result: told.result, whatIf: told.whatIf });
    });
    thread.on("error", (error: Error & { code?: string }) => reject(ended(error)));
  }).finally(() => void thread.terminate());
  return { done, cancel: () => cancel() };
}

function ended(error: Error & { code?: string }): MillraceError {
  if (error.code !== "ERR_WORKER_OUT_OF_MEMORY")
    return new MillraceError("internal", `The backtest ended with "${error.message}".`);
  return new MillraceError(
    "too_large",
    `The backtest needs more than ${maxMb} MB for what its nodes remember of devices. Choose a shorter range, or an input that asks for fewer devices.`,
  );
}
