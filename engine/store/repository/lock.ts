import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MillraceError } from "../../model/errors.ts";
import { branchRef, headOf, type Repo } from "./repo.ts";

const tries = 30;
const betweenMs = 100;

/** Names this process among those of all machines. */
export const nameOfProcess = () => `millrace ${process.pid} on ${hostname()}, ${randomUUID().slice(0, 8)}`;

/** Whether it names a process of this machine that is no more. */
export function isOfDead(name: string): boolean {
  const [, pid, host] = /^millrace (\d+) on (.*), \w+$/.exec(name) ?? [];
  if (host !== hostname() || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/**
 * Does the work while no other Git process changes index, working tree or branch. Throws MillraceError `unavailable` where
 * one is at work for longer than three seconds.
 */
export async function locked<T>(repo: Repo, work: () => Promise<T>): Promise<T> {
  // The lock that Git itself takes before it writes the index.
  const lock = join(repo.gitdir, "index.lock");
  for (let left = tries; ; left--) {
    try {
      await writeFile(lock, nameOfProcess(), { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (isOfDead(await readFile(lock, "utf8").catch(() => ""))) {
        await rm(branchLock(repo), { force: true });
        await rm(lock, { force: true });
      } else if (left === 0)
        throw new MillraceError(
          "unavailable",
          `${lock} is there: another Git process is at work. Where there is none, it was ended in the middle: delete the file.`,
        );
      else await sleep(betweenMs);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

const branchLock = (repo: Repo) => join(repo.gitdir, `${branchRef(repo)}.lock`);

/** Moves the branch in the way Git does, so that a push at the same time is not lost; false where it is not at `from`. */
export async function moveBranch(repo: Repo, from: string | null, to: string): Promise<boolean> {
  const lock = branchLock(repo);
  await mkdir(dirname(lock), { recursive: true });
  const file = await open(lock, "wx").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return undefined;
    throw error;
  });
  if (!file) return false;
  let isMoved = false;
  try {
    await file.writeFile(`${to}\n`);
    await file.sync();
    if ((await headOf(repo)) === from) {
      await rename(lock, lock.slice(0, -".lock".length));
      isMoved = true;
    }
  } finally {
    await file.close();
    if (!isMoved) await rm(lock, { force: true });
  }
  return isMoved;
}
