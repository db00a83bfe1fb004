import { expect, test } from "vitest";
import { type Item, Way } from "../../engine/pipeline/way.ts";

const observer = { stage() {}, delivered() {}, backlog() {} };

/** An outbox in memory, and a store that can be away. */
function place() {
  const kept = new Map<string, string>();
  const written: number[] = [];
  const state = { isAway: false, reads: 0 };
  const way = new Way({
    part: "points",
    gatherMs: 0,
    outbox: {
      async outbox(_part, lane, sequences) {
        state.reads += sequences.length;
        return sequences.map((sequence) => kept.get(`${lane}:${sequence}`) ?? "");
      },
      async delivered(_part, commits) {
        for (const { lane, sequence } of commits) kept.delete(`${lane}:${sequence}`);
      },
    },
    async write(items: Item[]) {
      if (state.isAway) throw new Error("away");
      for (const { sequence, body } of items) {
        expect(body.length).toBe(1_000_000);
        written.push(sequence);
      }
    },
    observer,
    log: () => {},
  });
  const add = (sequence: number) => {
    const body = "x".repeat(1_000_000);
    kept.set(`0:${sequence}`, body);
    way.add({ lane: 0, sequence, body });
  };
  return { way, add, kept, written, state };
}

test("while the store is away only the first 32 million characters stay in memory; all are written once it is back", async () => {
  const { add, kept, written, state } = place();
  state.isAway = true;
  for (let sequence = 1; sequence <= 60; sequence++) add(sequence);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(written).toEqual([]);
  state.isAway = false;
  await expect.poll(() => written.length).toBe(60);
  expect(written).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(state.reads).toBeGreaterThanOrEqual(20);
  await expect.poll(() => kept.size).toBe(0);
});
