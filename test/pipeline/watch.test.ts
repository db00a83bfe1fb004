import { expect, test } from "vitest";
import { Progress } from "../../engine/pipeline/progress.ts";
import { computedMs, ownThread } from "../../engine/pipeline/thread-time.ts";
import { lookMs, Watch } from "../../engine/pipeline/watch.ts";

/** Looks of so many turns, of which each computes `eachMs`; `turn` is what the thread does meanwhile. */
function looks(turns: number, eachMs: number | undefined, turn: (progress: Progress) => void): number {
  const progress = new Progress();
  let computed = 0;
  const watch = new Watch(progress, () => (eachMs === undefined ? undefined : computed));
  progress.begin(0, 1);
  progress.at(0, 200);
  for (let look = 1; look <= turns; look++) {
    if (watch.look()) return look;
    computed += eachMs ?? 0;
    turn(progress);
  }
  return 0;
}

test("a step that computes for longer than its time is told of", () => {
  expect(looks(100, lookMs, () => {}) * lookMs).toBeGreaterThan(200);
  expect(looks(100, lookMs, () => {}) * lookMs).toBeLessThanOrEqual(275);
});

test("an entry of many steps is not, however long it takes", () => {
  expect(looks(1000, lookMs, (progress) => progress.step())).toBe(0);
});

test("a thread that gets no processor is not", () => {
  expect(looks(1000, 0, () => {})).toBe(0);
});

test("a thread between two entries is not", () => {
  expect(looks(1000, lookMs, (progress) => progress.end())).toBe(0);
});

test("where it cannot be told what the thread computes, a step has five times as long", () => {
  expect(looks(100, undefined, () => {}) * lookMs).toBeGreaterThan(1000);
  expect(looks(100, undefined, () => {}) * lookMs).toBeLessThanOrEqual(1100);
});

test("what a thread computes is told by the system, and waiting is not computing", async () => {
  const thread = ownThread();
  const start = computedMs(thread)!;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const waited = computedMs(thread)!;
  // However seldom it gets a processor, in this time it computes something.
  const until = performance.now() + 20_000;
  while (computedMs(thread)! - waited <= 50 && performance.now() < until);
  const computed = computedMs(thread)!;
  expect(thread).toBeGreaterThan(0);
  expect(waited - start).toBeLessThan(150);
  expect(computed - waited).toBeGreaterThan(50);
  expect(computedMs(0)).toBeUndefined();
});
