import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

test("the README names every setting that exists, and no other", () => {
  const settings = sorted(
    [...read("engine/settings.ts").matchAll(/^ {4}(MILLRACE_\w+):/gm)].map(([, name]) => name!),
  );
  const [table] = /## Settings[\s\S]*?\n## /.exec(read("README.md")) ?? [""];
  expect(sorted(table.match(/MILLRACE_\w+/g) ?? [])).toEqual(settings);
  expect(settings.length).toBeGreaterThan(15);
});

const pages = [
  ...readdirSync(root).filter((file) => file.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

test.each(pages)("links and pictures of %s lead somewhere", (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)|(?:src|srcset)="([^"]+)"/g)].map(
    ([, link, picture]) => (link ?? picture)!,
  );
  expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
});

test("each reason of dead letters in the architecture is one of the code", () => {
  const sources = ["connectors/mqtt", "connectors/coap", "connectors/http", "engine/flow", "engine/pipeline"]
    .flatMap((folder) => readdirSync(join(root, folder)).map((file) => read(join(folder, file))))
    .join("\n");
  const [table] = /## Reasons of dead letters[\s\S]*?\n## /.exec(read("docs/architecture.md")) ?? [""];
  const reasons = sorted(
    [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) => cell!.replaceAll("`", "").split(", ")),
  );
  expect(reasons.filter((reason) => !sources.includes(`"${reason}"`))).toEqual([]);
  expect(reasons.length).toBeGreaterThan(15);
});
