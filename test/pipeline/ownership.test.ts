import { expect, test } from "vitest";
import { ownerOf } from "../../engine/pipeline/ownership.ts";

const lanes = Array.from({ length: 64 }, (_, lane) => lane);

test("every lane has one owner, whatever the order the nodes are named in", () => {
  for (const lane of lanes) expect(ownerOf(lane, ["a", "b", "c"])).toBe(ownerOf(lane, ["c", "a", "b"]));
});

test("when a node goes, only its own lanes move", () => {
  for (const lane of lanes) {
    const before = ownerOf(lane, ["a", "b", "c"]);
    if (before !== "b") expect(ownerOf(lane, ["a", "c"])).toBe(before);
  }
});

test("64 lanes spread over four nodes so that each has some", () => {
  const owners = new Map<string, number>();
  for (const lane of lanes) {
    const owner = ownerOf(lane, ["a", "b", "c", "d"])!;
    owners.set(owner, (owners.get(owner) ?? 0) + 1);
  }
  expect(owners.size).toBe(4);
  expect(Math.min(...owners.values())).toBeGreaterThan(4);
});

test("without nodes a lane has no owner", () => {
  expect(ownerOf(0, [])).toBeUndefined();
});
