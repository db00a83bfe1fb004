import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderFiles } from "../../engine/archive/folder-files.ts";
import { always, listFiles } from "../../engine/archive/places.ts";
import { writeArchive } from "../support/archive.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

test("folders that go while files are converted into them are made again", async () => {
  const archive = tempFolder("convert");
  const at = Date.UTC(2026, 10, 26, 8);
  const folders = [0, 1, 2, 3].map((lane) => join(archive, "day=2026-11-26", `lane=${lane}`));
  const taking = setInterval(() => {
    for (const folder of [...folders, join(archive, "day=2026-11-26")])
      try {
        rmdirSync(folder);
      } catch {
        // Not there, or not empty.
      }
  }, 0);
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  await writeArchive(
    archive,
    Array.from({ length: 400 }, (_, n) => ({ device: `d${n % 40}`, at: at + n, values: { n } })),
  );
  clearInterval(taking);
  expect(await listFiles(folderFiles(archive), always)).toHaveLength(4);
  expect(readdirSync(archive).filter((name) => name.endsWith(".writing"))).toEqual([]);
  removeFolder(archive);
});
