import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { indexPage, nodePage } from "../../engine/nodes/page.ts";

const folder = join(import.meta.dirname, "../../docs/nodes");
const again = "the page is old: run `npm run build && npm run docs`";

test.each(nodeKinds.map((kind) => [kind.kind, kind] as const))(
  "the page of %s is what its kind says",
  (name, kind) => {
    expect(readFileSync(join(folder, `${name}.md`), "utf8"), again).toBe(nodePage(kind));
  },
);

test("every kind has a page in the list, and no page is left over", () => {
  expect(readFileSync(join(folder, "README.md"), "utf8"), again).toBe(indexPage(nodeKinds));
  const pages = [...nodeKinds.map((kind) => `${kind.kind}.md`), "README.md"];
  expect(readdirSync(folder).sort()).toEqual(pages.sort());
});

test("a page has a row for every setting, also inside lists", () => {
  const page = nodePage(nodeKinds.find((kind) => kind.kind === "aggregate")!);
  for (const setting of ["window.size", "by", "values[].of", "values[].fn", "values[].as", "lateness"])
    expect(page).toContain(`| \`${setting}\` |`);
});
