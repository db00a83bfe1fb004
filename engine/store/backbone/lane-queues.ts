import type { Queue, QueueOptions } from "bullmq";
import type { IsIdle } from "./lane-set.ts";
import type { Batch } from "./port.ts";

/** One BullMQ queue a lane, of which one batch is at work at a time in the whole installation. */
export class LaneQueues {
  readonly #queues: Queue[];
  readonly #ready: Promise<unknown>;

  constructor(settings: {
    lanes: number;
    Queue: typeof Queue;
    options(lane: number): QueueOptions;
    log(message: string, error: Error): void;
  }) {
    this.#queues = Array.from({ length: settings.lanes }, (_, lane) => {
      const queue = new settings.Queue(queueName(lane), settings.options(lane));
      queue.on("error", (error) => settings.log(`Queue of lane ${lane}`, error));
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

export function queueName(lane: number): string {
  return `lane${lane}`;
}

/** More are not looked into. */
const mostRead = 1000;
const unfinished = ["waiting", "active", "delayed", "prioritized"] as const;

/** How many of a lane's batches wait or are at work, without those that are idle. */
export async function countUnfinished(
  Class: typeof Queue,
  lane: number,
  options: QueueOptions,
  isIdle: IsIdle,
): Promise<number> {
  const queue = new Class(queueName(lane), { ...options, skipMetasUpdate: true });
  queue.on("error", () => {});
  try {
    const count = await queue.getJobCountByTypes(...unfinished);
    if (count === 0 || count > mostRead) return count;
    const jobs = await queue.getJobs([...unfinished], 0, mostRead);
    return jobs.filter((job) => !isIdle(job.data.f)).length;
  } finally {
    await queue.close();
  }
}
