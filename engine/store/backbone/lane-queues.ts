import {
  type Job,
  type Queue,
  type QueueOptions,
  WaitingError,
  type Worker,
  type WorkerOptions,
} from "bullmq";
import { type Batch, type Handle, type LaneWorker, lockMs, stalledCheckMs } from "./port.ts";

/** How the queue and the worker of a lane reach their store. */
export interface LaneConnections {
  lanes: number;
  queueOptions(lane: number): QueueOptions;
  workerOptions(lane: number): WorkerOptions;
  /** BullMQ's classes, bound to the backend. */
  classes: { Queue: typeof Queue; Worker: typeof Worker };
  log(message: string, error: Error): void;
}

/** One BullMQ queue a lane, handled one batch at a time, in order, by one worker in the whole installation. */
export class LaneQueues {
  readonly #connections: LaneConnections;
  readonly #queues: Queue[];
  readonly #ready: Promise<unknown>;

  constructor(connections: LaneConnections) {
    this.#connections = connections;
    this.#queues = Array.from({ length: connections.lanes }, (_, lane) => {
      const queue = new connections.classes.Queue(queueName(lane), connections.queueOptions(lane));
      queue.on("error", (error) => connections.log(`Queue of lane ${lane}`, error));
      return queue;
    });
    this.#ready = Promise.all(this.#queues.map((queue) => queue.setGlobalConcurrency(1)));
    this.#ready.catch(() => {});
  }

  /** Resolves when every queue works one batch at a time. */
  async ready() {
    await this.#ready;
  }

  async add(lane: number, { producer, number, frames }: Batch) {
    await this.#queues[lane]!.add("b", { p: producer, n: number, f: frames });
  }

  work(lane: number, handle: Handle): LaneWorker {
    let isClosed = false;
    // Each batch has a hold of its own: losing one must not give up those that come after it.
    let hold: { job?: string; lost: AbortController } = { lost: new AbortController() };
    const worker = new this.#connections.classes.Worker(
      queueName(lane),
      async (job: Job) => {
        hold = { job: job.id, lost: new AbortController() };
        if (isClosed) hold.lost.abort();
        const batch = { producer: job.data.p, number: job.data.n, frames: job.data.f };
        const done = await handle(batch, hold.lost.signal);
        // Left active, its lock runs out and it goes back to the front; a failure would retry it behind later ones.
        if (!done) throw new WaitingError();
      },
      {
        ...this.#connections.workerOptions(lane),
        concurrency: 1,
        lockDuration: lockMs,
        stalledInterval: stalledCheckMs,
        maxStalledCount: 1_000_000,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 1000 },
      },
    );
    worker.on("error", (error) => this.#connections.log(`Worker of lane ${lane}`, error));
    worker.on("lockRenewalFailed", (jobs: string[]) => {
      if (hold.job && jobs.includes(hold.job)) hold.lost.abort();
    });
    return {
      async close() {
        isClosed = true;
        hold.lost.abort();
        await worker.close();
      },
    };
  }

  /** Redis only: the list of the batches that wait. */
  waitKey(lane: number): string {
    return this.#queues[lane]!.toKey("wait");
  }

  async depth(lane: number): Promise<number> {
    return await this.#queues[lane]!.getWaitingCount();
  }

  async close() {
    await Promise.all(this.#queues.map((queue) => queue.close()));
  }
}

function queueName(lane: number): string {
  return `lane${lane}`;
}
