import { expect, it } from "vitest";
import { differences } from "../../engine/flow/differences.ts";

it.each<[title: string, expected: unknown, actual: unknown, found: string[]]>([
  ["an object fits when the expected keys do", { a: 1 }, { a: 1, b: 2 }, []],
  ["a key left undefined is not looked at", { a: undefined }, { a: 1 }, []],
  ["numbers may differ by rounding", 0.3, 0.1 + 0.2, []],
  ["zero has no sign", 0, -0, []],
  ["times may be written otherwise", "2026-11-20T09:00:00+01:00", "2026-11-20T08:00:00.000Z", []],
  ["a wrong value is named by its path", { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, ["a[0].b: expected 1, got 2"]],
  ["a missing value is named", { a: null }, {}, ["a: expected null, got nothing"]],
  ["a number is not its text", { a: 1 }, { a: "1" }, ['a: expected 1, got "1"']],
  ["a short list lacks items", { a: [1, 2] }, { a: [1] }, ["a[1]: expected 2, got no more"]],
  ["a long list has too many", { a: [] }, { a: [1] }, ["a[0]: expected no more, got 1"]],
  ["order counts", { a: [1, 2] }, { a: [2, 1] }, ["a[0]: expected 1, got 2", "a[1]: expected 2, got 1"]],
  ["an object is no list", { a: [] }, { a: {} }, ["a: expected [], got {}"]],
])("%s", (_title, expected, actual, found) => {
  expect(differences(expected, actual)).toEqual(found);
});
