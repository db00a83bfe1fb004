import { createRequire } from "node:module";
import { Piscina } from "piscina";
import type { Evaluated, Loaded, Task } from "./thread.ts";

/** Evaluating threads. A lane is bound to one of them by its number, so that its state stays there. */
export class Threads {
  readonly #slots: Piscina[];

  constructor({ count }: { count: number }) {
    const filename = createRequire(import.meta.url).resolve("#dist/engine/pipeline/thread.js");
    this.#slots = Array.from(
      { length: count },
      () =>
        new Piscina({
          filename,
          minThreads: 1,
          maxThreads: 1,
          // Batches of many lanes wait in the thread; one by one, each would wait for this process's event loop.
          concurrentTasksPerWorker: 256,
          idleTimeout: Number.POSITIVE_INFINITY,
          recordTiming: false,
        }),
    );
  }

  load(lane: number, sequence: number, state: string[]): Promise<Loaded> {
    return this.#ask(lane, { type: "load", lane, sequence, state }) as Promise<Loaded>;
  }

  evaluate(task: Omit<Extract<Task, { type: "evaluate" }>, "type">): Promise<Evaluated> {
    return this.#ask(task.lane, { type: "evaluate", ...task }) as Promise<Evaluated>;
  }

  async unload(lane: number) {
    await this.#ask(lane, { type: "unload", lane });
  }

  async close() {
    await Promise.all(this.#slots.map((slot) => slot.destroy()));
  }

  #ask(lane: number, task: Task) {
    return this.#slots[lane % this.#slots.length]!.run(task);
  }
}
