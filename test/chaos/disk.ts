import { spawnSync } from "node:child_process";
import { closeSync, openSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A file system of `mb` in memory, at an empty folder; only root may make one. */
export function mountDisk(dir: string, mb: number): { unmount(): void } {
  const made = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${mb}m`, "tmpfs", dir], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`A small disk cannot be mounted: ${made.error ?? made.stderr}`);
  const unmount = () => {
    process.off("exit", unmount);
    spawnSync("umount", ["--lazy", dir]);
  };
  // Before the folder is removed at exit: listeners run in the order they came.
  process.prependListener("exit", unmount);
  return { unmount };
}

/** Takes all the space there is; `free` gives it back. Rejects unless nothing is left. */
export function fillDisk(dir: string): { takenMb: number; free(): void } {
  const file = join(dir, "filler");
  const fd = openSync(file, "w");
  let taken = 0;
  for (let size = 1 << 20; size >= 1; ) {
    try {
      taken += writeSync(fd, Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      size >>= 1;
    }
  }
  closeSync(fd);
  if (statfsSync(dir).bavail > 0) throw new Error(`${dir} still has space.`);
  return { takenMb: Math.round(taken / 2 ** 20), free: () => unlinkSync(file) };
}
