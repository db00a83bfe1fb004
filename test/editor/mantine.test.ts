import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const built = join(root, "dist/editor/assets");
const classes = (text: string) => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g));
const textOf = (end: string) =>
  readdirSync(built)
    .filter((file) => file.endsWith(end))
    .map((file) => readFileSync(join(built, file), "utf8"))
    .join("\n");

test("the built page has the styles of every component of Mantine that its code draws", () => {
  const drawn = classes(textOf(".js"));
  const there = classes(textOf(".css"));
  const all = classes(readFileSync(join(root, "node_modules/@mantine/core/styles.css"), "utf8"));
  expect(drawn.size).toBeGreaterThan(50);
  expect([...drawn].filter((name) => all.has(name) && !there.has(name))).toEqual([]);
});
