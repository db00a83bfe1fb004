import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../support/temp-folder.ts";

const root = join(import.meta.dirname, import.meta.dirname.includes("/dist/") ? "../../.." : "../..");
const side = ".synced";

/** Compiles power-cut.c; gives the environment for a program whose unsynced writes shall be known. */
export function powerCutEnv(): Record<string, string> {
  const library = join(tempFolder("power-cut"), "power-cut.so");
  const source = join(root, "test/chaos/power-cut.c");
  const made = spawnSync("cc", ["-shared", "-fPIC", "-O2", "-Wall", "-o", library, source], {
    encoding: "utf8",
  });
  if (made.error) throw new Error("cc is missing: apt-get install gcc libc6-dev");
  if (made.status !== 0) throw new Error(`power-cut.c does not compile:\n${made.stderr}`);
  return { LD_PRELOAD: library };
}

/**
 * Leaves of the files in `dir` what the power cut leaves, once their process was killed: what was synced.
 * Gives how many bytes went, and how often the files had been synced.
 */
export function cutPower(dir: string): { droppedBytes: number; syncs: number } {
  let droppedBytes = 0;
  let syncs = 0;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || file.endsWith(side)) continue;
    const [synced = 0, count = 0] = existsSync(file + side)
      ? readFileSync(file + side, "utf8")
          .split(" ")
          .map(Number)
      : [];
    const { size } = statSync(file);
    syncs += count;
    droppedBytes += Math.max(0, size - synced);
    if (count === 0) unlinkSync(file);
    else if (size > synced) truncateSync(file, synced);
  }
  return { droppedBytes, syncs };
}
