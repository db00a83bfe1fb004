import { readFileSync, readlinkSync } from "node:fs";

/** Of Linux on every machine that Node runs on. */
const tickMs = 10;

/** The system's number of the calling thread; 0 where there is no /proc. */
export function ownThread(): number {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return 0;
  }
}

/** What a thread of this process has computed so far, ms, in steps of 10; undefined where it cannot be told. */
export function computedMs(thread: number): number | undefined {
  if (thread === 0) return undefined;
  try {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, "latin1");
    // proc(5): behind the name in brackets, which may hold anything, field 14 is utime and 15 stime.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return undefined;
  }
}
