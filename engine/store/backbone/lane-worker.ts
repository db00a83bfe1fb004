import { setTimeout as sleep } from "node:timers/promises";
import {
  type Job,
  type Queue,
  type QueueOptions,
  WaitingError,
  type Worker,
  type WorkerOptions,
} from "bullmq";
import { queueName } from "./lane-queues.ts";
import { type Handle, type LaneWorker, lockMs, stalledCheckMs } from "./port.ts";

/** A look for batches whose worker died that failed because the store is away is repeated after this. */
const lookAgainMs = 100;
/** For all but the batch at hand. */
const mostCloseMs = 3000;

/** Works a lane's queue one batch at a time, in order. */
export function workLane(settings: {
  Worker: typeof Worker;
  options: WorkerOptions;
  lane: number;
  handle: Handle;
  log(message: string, error: Error): void;
}): LaneWorker {
  const { lane, handle, log } = settings;
  let isClosed = false;
  let handled: Promise<boolean> | undefined;
  // Each batch has a hold of its own: losing one must not give up those that come after it.
  let hold: { job?: string; lost: AbortController } = { lost: new AbortController() };
  // By itself BullMQ waits for 5 s; a batch that lost its lock meanwhile, and its lane, would wait as long.
  class LaneBoundWorker extends settings.Worker {
    protected override checkConnectionError<T>(look: () => Promise<T>) {
      return super.checkConnectionError(look, lookAgainMs);
    }
  }
  const worker = new LaneBoundWorker(
    queueName(lane),
    async (job: Job) => {
      hold = { job: job.id, lost: new AbortController() };
      if (isClosed) hold.lost.abort();
      const { p: producer, n: number, f: frames } = job.data;
      const batch = { producer, number, frames, starts: job.attemptsStarted };
      handled = handle(batch, hold.lost.signal);
      const done = await handled;
      // Left active, its lock runs out and it goes back to the front; a failure would retry it behind later ones.
      if (!done) throw new WaitingError();
    },
    {
      ...settings.options,
      concurrency: 1,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      maxStalledCount: 1_000_000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 1000 },
    },
  );
  worker.on("error", (error) => log(`Worker of lane ${lane}`, error));
  worker.on("lockRenewalFailed", (jobs: string[]) => {
    if (hold.job && jobs.includes(hold.job)) hold.lost.abort();
  });
  return {
    async close() {
      isClosed = true;
      hold.lost.abort();
      const closed = worker.close();
      await handled;
      // A connection to a cluster that is just looking for its nodes may never tell that it is closed.
      await Promise.race([closed, sleep(mostCloseMs, undefined, { ref: false })]);
    },
  };
}

/** Puts what a dead worker had taken back to the front, without waiting for its lock to run out. */
export async function reclaimLane(Class: typeof Queue, lane: number, options: QueueOptions): Promise<void> {
  const queue = new Class(queueName(lane), { ...options, skipMetasUpdate: true });
  queue.on("error", () => {});
  try {
    // The token "0" stands for whoever has the lock.
    for (const job of await queue.getActive()) await job.moveToWait("0");
  } finally {
    await queue.close();
  }
}
