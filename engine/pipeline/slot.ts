import { createRequire } from "node:module";
import { totalmem } from "node:os";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import type { Watch as Watched } from "../model/trace.ts";
import { answerCall, type Reply } from "../store/registry/remote.ts";
import type { Registry } from "../store/registry.ts";
import { recount } from "./counts.ts";
import type { CondemnedEntry, LaneOrder } from "./lane.ts";
import type { Log, Observer } from "./parts.ts";
import { Progress } from "./progress.ts";
import type { Report } from "./report.ts";
import { Watch } from "./watch.ts";

/** The tasks of a lane's thread. `work` goes on until the lane is closed by a message on the port. */
export type Task =
  | {
      type: "start";
      port: MessagePort;
      progress: SharedArrayBuffer;
      stores: unknown;
      maxAheadMs: number;
      maxDevices: number;
    }
  | ({ type: "work" } & LaneOrder)
  | { type: "stop" };
/** What the main thread tells a lane's thread. */
export type Order = { type: "close"; lane: number } | { type: "watch"; watches: readonly Watched[] } | Reply;

export interface SlotSettings {
  /** Memory of a thread for what lives briefly, MB: with more it is looked through less often. */
  youngMb: number;
  /** Memory of a thread for what stays, MB; a thread that needs more is ended. 2048, or half of what there is, where left out. */
  oldMb?: number;
  maxAheadMs: number;
  /** Devices whose state each lane holds in memory. */
  maxDevices: number;
  /** Where the stores of the lanes are, as the thread's own code opens them; asked once for each thread. */
  stores(): { places: unknown; transfer: MessagePort[] };
  registry: Pick<Registry, "apply">;
  observer: Observer;
  log: Log;
}

/** Hears of a lane that is at work in a thread. */
export interface LaneListener {
  heard(report: Extract<Report, { lane: number }>): void;
  /** The thread has ended; the lane is worked by nobody. */
  lost(error: Error): void;
}
export interface WorkedLane {
  /** Finishes the batch at hand. */
  close(): Promise<void>;
}

/** A thread ends before the system ends the process. */
const usualOldMb = Math.min(2048, Math.floor(memoryMb() / 2));

export interface SlotListener {
  backlog(batches: number): void;
  /** Called once, when the thread has ended by itself or was ended; with the entry that it was at, if any. */
  ended(condemned: (CondemnedEntry & { lane: number }) | undefined): void;
}

/** One thread and the lanes at work in it. */
export class Slot {
  readonly started: Promise<unknown>;
  readonly #settings: SlotSettings;
  readonly #tell: SlotListener;
  readonly #pool: Piscina;
  readonly #port: MessagePort;
  readonly #progress = new Progress();
  readonly #watch = new Watch(this.#progress);
  readonly #lanes = new Map<number, { listener: LaneListener; opened(): void }>();
  #isDown = false;

  constructor(settings: SlotSettings, tell: SlotListener) {
    this.#settings = settings;
    this.#tell = tell;
    this.#pool = new Piscina({
      filename: createRequire(import.meta.url).resolve("#dist/engine/lane-thread.js"),
      minThreads: 1,
      maxThreads: 1,
      // A lane is one task as long as it is worked; all lanes of the thread go on side by side.
      concurrentTasksPerWorker: 4096,
      idleTimeout: Number.POSITIVE_INFINITY,
      // The thread lives by its own sockets and timers: it must not sleep until the next task.
      atomics: "disabled",
      recordTiming: false,
      resourceLimits: {
        maxOldGenerationSizeMb: settings.oldMb ?? usualOldMb,
        maxYoungGenerationSizeMb: settings.youngMb,
      },
    });
    this.#pool.on("error", (error) => this.#end("evaluation_crashed", error as Error));
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on("message", (report: Report) => this.#hear(report));
    port1.unref();
    const { places, transfer } = settings.stores();
    const { maxAheadMs, maxDevices } = settings;
    const start: Task = {
      type: "start",
      port: port2,
      progress: this.#progress.memory,
      stores: places,
      maxAheadMs,
      maxDevices,
    };
    this.started = this.#pool.run(start, { transferList: [port2, ...transfer] });
    this.started.catch((error) => this.#end("evaluation_crashed", error as Error));
  }

  async work(order: LaneOrder, listener: LaneListener): Promise<WorkedLane> {
    const { lane } = order;
    let opened = () => {};
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    this.#lanes.set(lane, { listener, opened });
    const task: Task = { type: "work", ...order };
    const worked = this.#pool.run(task).then(
      () => void this.#lanes.delete(lane),
      (error: Error) => {
        this.#lanes.delete(lane);
        if (!this.#isDown && isEnd(error)) this.#end("evaluation_crashed", error);
        throw error;
      },
    );
    await Promise.race([open, worked]);
    worked.catch((error) => listener.lost(error));
    return {
      close: async () => {
        this.#port.postMessage({ type: "close", lane } satisfies Order);
        await worked.catch(() => {});
      },
    };
  }

  /** Ends the thread when it has been at one entry for too long. */
  check() {
    if (!this.#isDown && this.#watch.look())
      this.#end("evaluation_timeout", new Error("a node needed too long for it"));
  }

  watch(watches: readonly Watched[]) {
    this.#port.postMessage({ type: "watch", watches } satisfies Order);
  }

  async stop() {
    if (this.#isDown) return;
    await this.#pool.run({ type: "stop" } satisfies Task).catch(() => {});
    this.#isDown = true;
    this.#port.close();
    await this.#pool.destroy();
  }

  #hear(report: Report) {
    const { observer, log, registry } = this.#settings;
    switch (report.type) {
      case "loaded":
        this.#lanes.get(report.lane)?.opened();
        this.#lanes.get(report.lane)?.listener.heard(report);
        return;
      case "committed":
        this.#lanes.get(report.lane)?.listener.heard(report);
        return;
      case "counts":
        recount(report.counts, observer);
        if (report.counts.backlog !== undefined) this.#tell.backlog(report.counts.backlog);
        return;
      case "log":
        return log(...report.entry);
      case "call":
        void answerCall(Promise.resolve(registry as Registry), report).then((reply) =>
          this.#port.postMessage(reply),
        );
        return;
      default:
        report satisfies never;
    }
  }

  #end(reason: string, error: Error) {
    if (this.#isDown) return;
    this.#isDown = true;
    const at = this.#progress.read();
    this.#settings.log("error", "a lane's thread ended and is started anew", {
      error: error.message,
      ...at,
    });
    const message = `Evaluating the message ended its thread (${error.message}), so it was set aside. Look for an expression that is too costly for its payload, mend the flow, and send the message again.`;
    this.#tell.ended(at && { ...at, reason, message });
    this.#port.close();
    void this.#pool.destroy();
  }
}

/** What this process may use, of the machine or of its container. */
function memoryMb(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 2 ** 20;
}

/** Whether the thread is gone, rather than one of its tasks failed. */
function isEnd(error: Error & { code?: string }): boolean {
  return error.code?.startsWith("ERR_WORKER") === true || /worker exited|Terminating/.test(error.message);
}
