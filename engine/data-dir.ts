import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { MillraceError } from "./model/errors.ts";

/** Makes the data directory and holds it for this process. Throws MillraceError `unavailable` when another one does. */
export function holdDataDir(path: string): { path: string; release(): void } {
  const dir = resolve(path);
  const lock = join(dir, "process");
  try {
    // Node's recursive mkdir never ends where the parent is there but takes no folders, as in /proc.
    if (!existsSync(dir)) mkdirSync(dir, { recursive: !existsSync(dirname(dir)) });
  } catch (error) {
    throw new MillraceError(
      "invalid_setting",
      `MILLRACE_DATA_DIR: the folder ${dir} cannot be made (${(error as NodeJS.ErrnoException).code}); name one that can.`,
    );
  }
  const holder = holderOf(lock);
  if (holder !== undefined)
    throw new MillraceError(
      "unavailable",
      `The data in ${dir} is in use by process ${holder}. Stop it, or give this one a MILLRACE_DATA_DIR of its own.`,
    );
  writeFileSync(lock, `${process.pid}`);
  return { path: dir, release: () => rmSync(lock, { force: true }) };
}

/** The live process that holds the lock; one that was killed leaves a file that no longer counts. */
function holderOf(lock: string): number | undefined {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    if (!pid || pid === process.pid) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? 0 : undefined;
  }
}
