import type { Backbone } from "../store/backbone/port.ts";
import type { Registry } from "../store/registry.ts";
import type { Intake } from "./intake.ts";
import type { Tally } from "./tally.ts";
import type { Threads } from "./threads.ts";

export type Log = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Record<string, unknown>,
) => void;

export type Stage = "queue" | "evaluate" | "commit" | "deliver";
export type CommitResult = "committed" | "conflict" | "repeated";

/** What the pipeline tells of its work, for /metrics and the live feed. */
export interface Observer {
  evaluated(tally: Tally): void;
  committed(result: CommitResult, count: number): void;
  stage(name: Stage, seconds: number): void;
  delivered(part: "effects" | "points", batches: number): void;
  backlog(part: "effects" | "points", batches: number): void;
  /** Messages that the archive kept, and that it lost. */
  archived(kept: number, lost: number): void;
}

/** What the stages of the pipeline share in the main thread of one process. */
export interface Parts {
  backbone: Backbone;
  registry: Registry;
  intake: Intake;
  threads: Threads;
  observer: Observer;
  log: Log;
}

/** Waits, at most until the signal aborts; leaves no listener on it. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, signal?.aborted ? 0 : ms);
    signal?.addEventListener("abort", end);
  });
}
