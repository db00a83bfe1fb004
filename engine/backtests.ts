import { randomUUID } from "node:crypto";
import type { Backtests } from "./api/parts.ts";
import type { ArchivePlace } from "./archive/files.ts";
import { spanOf } from "./archive/span.ts";
import type { BacktestRun } from "./model/backtest.ts";
import { MillraceError } from "./model/errors.ts";
import { type BacktestTask, type RunningBacktest, runBacktest } from "./run-backtest.ts";

/** Beside the lanes' threads only few: each takes a core. */
const mostRunning = 2;
/** Results that are kept for whoever asks again. */
const mostKept = 8;

interface Known {
  run: BacktestRun;
  begunAt: number;
  running?: RunningBacktest | undefined;
}

/** The backtests of this process, running and done. `archive`: where it is, and whether it is kept. */
export function openBacktests(archive: { place: ArchivePlace; on: boolean }): Backtests & { close(): void } {
  const all = new Map<string, Known>();
  return {
    start(flow, { order, vary, file }) {
      const running = [...all.values()].filter((one) => one.running).length;
      if (running >= mostRunning)
        throw new MillraceError(
          "overloaded",
          `${running} backtests run already; wait until one is done, or cancel one.`,
        );
      const id = randomUUID();
      const run: BacktestRun = { id, flow, state: "running", progress: 0, messages: 0, seconds: 0 };
      const known: Known = { run, begunAt: performance.now() };
      all.set(id, known);
      begin(known, {
        order,
        vary,
        source: file ? { type: "file", file } : { type: "archive", place: archive.place },
      });
      for (const [id, { running }] of all) if (all.size > mostKept && !running) all.delete(id);
      return run;
    },
    find: (id) => all.get(id) && shown(all.get(id)!),
    cancel(id) {
      all.get(id)?.running?.cancel();
    },
    span: async () => ({ on: archive.on, ...(await spanOf(archive.place)) }),
    close() {
      for (const { running } of all.values()) running?.cancel();
    },
  };
}

function begin(known: Known, task: BacktestTask) {
  const { run } = known;
  const { from, to } = task.order;
  known.running = runBacktest(task, ({ messages, at }) => {
    run.messages = messages;
    run.progress = Math.min(1, Math.max(run.progress, (at - from) / (to - from)));
  });
  known.running.done
    .then(
      (done) => Object.assign(run, { state: "done", progress: 1, ...done }),
      (error: MillraceError) => {
        run.state = error.code === "conflict" ? "cancelled" : "failed";
        run.error = { code: error.code, detail: error.message };
      },
    )
    .finally(() => {
      run.seconds = secondsSince(known.begunAt);
      known.running = undefined;
    });
}

function shown({ run, running, begunAt }: Known): BacktestRun {
  return running ? { ...run, seconds: secondsSince(begunAt) } : run;
}

const secondsSince = (at: number) => Math.round(performance.now() - at) / 1000;
