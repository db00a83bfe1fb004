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

interface File {
  path: string;
  bytes: number;
  /** How much of it is on the disk for certain, and how often it was brought there. */
  synced: number;
  syncs: number;
}

/** Bytes of the files in `dir` that a power cut would take now. */
export function unsyncedBytes(dir: string): number {
  return filesOf(dir).reduce((sum, { bytes, synced }) => sum + Math.max(0, bytes - synced), 0);
}

/** Bytes of the files in `dir` that a power cut would leave now. */
export function syncedBytes(dir: string): number {
  return filesOf(dir).reduce((sum, { synced }) => sum + synced, 0);
}

/**
 * Leaves of the files in `dir` what the power cut leaves, once their process was killed: what was synced.
 * Gives how many bytes went, and how often the files had been synced.
 */
export function cutPower(dir: string): { droppedBytes: number; syncs: number } {
  const droppedBytes = unsyncedBytes(dir);
  let all = 0;
  for (const { path, bytes, synced, syncs } of filesOf(dir)) {
    all += syncs;
    if (syncs === 0) unlinkSync(path);
    else if (bytes > synced) truncateSync(path, synced);
  }
  return { droppedBytes, syncs: all };
}

function filesOf(dir: string): File[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(side))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const note = existsSync(path + side) ? readFileSync(path + side, "utf8") : "";
      const [synced = 0, syncs = 0] = note.split(" ").map(Number);
      return { path, bytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0, synced, syncs };
    });
}
