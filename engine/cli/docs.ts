import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeKinds } from "../nodes/kinds.ts";
import { indexPage, nodePage } from "../nodes/page.ts";

const folder = join("docs", "nodes");

await mkdir(folder, { recursive: true });
const pages = new Map(nodeKinds.map((kind) => [`${kind.kind}.md`, nodePage(kind)]));
pages.set("README.md", indexPage(nodeKinds));
for (const [file, text] of pages) await writeFile(join(folder, file), text);
for (const file of await readdir(folder)) if (!pages.has(file)) await rm(join(folder, file));
process.stderr.write(`Wrote ${pages.size} pages to ${folder}.\n`);
