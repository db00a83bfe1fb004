import { expect, test } from "vitest";
import { ownersOf } from "../../engine/pipeline/owners.ts";

const count = (owners: string[]) => {
  const counts = new Map<string, number>();
  for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
};

test("every lane has one owner, whatever the order the nodes are named in", () => {
  expect(ownersOf(64, ["c", "a", "b"])).toEqual(ownersOf(64, ["a", "b", "c"]));
});

test.each([
  [16, 2],
  [16, 3],
  [64, 4],
  [8, 3],
])("%d lanes on %d nodes: no two differ by more than one lane", (lanes, nodes) => {
  for (let round = 0; round < 50; round++) {
    const names = Array.from({ length: nodes }, (_, i) => `node-${round}-${i}`);
    const counts = count(ownersOf(lanes, names));
    expect(counts.size).toBe(nodes);
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
    expect([...counts.values()].reduce((sum, one) => sum + one, 0)).toBe(lanes);
  }
});

test("when one of three nodes goes, most of the other lanes stay where they are", () => {
  let moved = 0;
  let stayed = 0;
  for (let round = 0; round < 100; round++) {
    const names = [0, 1, 2].map((i) => `node-${round}-${i}`);
    const before = ownersOf(48, names);
    const after = ownersOf(48, names.slice(0, 2));
    for (const [lane, owner] of before.entries()) {
      if (owner === names[2]) continue;
      if (after[lane] === owner) stayed++;
      else moved++;
    }
  }
  expect(moved / (moved + stayed)).toBeLessThan(0.2);
});

test("a lane's owners differ from lane to lane: nodes that come later get their share", () => {
  const counts = count(ownersOf(64, ["a", "b", "c", "d"]));
  expect([...counts.values()]).toEqual([16, 16, 16, 16]);
});

test("without nodes a lane has no owner", () => {
  expect(ownersOf(4, [])).toEqual([]);
});
