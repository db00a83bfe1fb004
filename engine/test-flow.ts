import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { CaseResult } from "./flow/cases.ts";
import type { Surroundings } from "./flow/surroundings.ts";
import type { Flow } from "./model/flow.ts";
import type { Value } from "./model/value.ts";

/** All cases of a flow together. */
const maxMs = 5000;
const resourceLimits = { maxOldGenerationSizeMb: 512 };

/** Runs a flow on its cases in a thread of its own, which is ended when it takes too long or too much memory. */
export async function testFlow(
  flow: Flow,
  cases: readonly Value[],
  around: Surroundings,
): Promise<CaseResult[]> {
  if (cases.length === 0) return [];
  const file = createRequire(import.meta.url).resolve("#dist/engine/cases-thread.js");
  const thread = new Worker(file, { workerData: { flow, cases, around }, resourceLimits });
  let timer: NodeJS.Timeout | undefined;
  const failed = (failure: string): CaseResult[] => [
    { title: "All cases", passed: false, failures: [failure], path: [] },
  ];
  const results = await new Promise<CaseResult[]>((resolve) => {
    thread.once("message", resolve);
    thread.once("error", (error) => resolve(failed(`Running them ended with "${error.message}".`)));
    timer = setTimeout(
      () =>
        resolve(failed(`They take more than ${maxMs / 1000} s. Look for an expression that is too costly.`)),
      maxMs,
    );
  });
  clearTimeout(timer);
  await thread.terminate();
  return results;
}
