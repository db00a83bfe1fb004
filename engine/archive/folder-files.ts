import { mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ArchiveFiles, StoredFile } from "./files.ts";
import { unlessGone } from "./gone.ts";

/** Files of the archive in a folder. */
export function folderFiles(folder: string): ArchiveFiles {
  return {
    async *list({ from, to }) {
      for (const top of await namesIn(folder)) if (top >= from && top <= to) yield* below(folder, top);
    },
    async read(name, begin, end) {
      const handle = await open(join(folder, name), "r");
      try {
        const bytes = new Uint8Array(end - begin);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, begin);
        if (bytesRead < bytes.length) throw new Error(`${name} ends before byte ${end}.`);
        return bytes.buffer;
      } finally {
        await handle.close();
      }
    },
    async put(name, bytes) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.writing`, bytes);
      await rename(`${path}.writing`, path);
    },
    async delete(name) {
      await rm(join(folder, name), { force: true });
      // Folders that are empty now go too.
      for (let above = dirname(name); above !== "."; above = dirname(above))
        await rmdir(join(folder, above)).catch(() => {});
    },
  };
}

async function* below(folder: string, name: string): AsyncIterable<StoredFile> {
  const found = await unlessGone(stat(join(folder, name)));
  if (found?.isFile() && !name.endsWith(".writing")) yield { name, bytes: found.size };
  if (!found?.isDirectory()) return;
  for (const inside of await namesIn(join(folder, name))) yield* below(folder, `${name}/${inside}`);
}

/** Empty where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
