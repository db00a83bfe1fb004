import type { Queue, QueueOptions } from "bullmq";
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
