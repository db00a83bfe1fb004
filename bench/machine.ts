import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

const ticksPerSecond = 100;

/** What the figures were measured on and with. */
export function machine() {
  const git = (...args: string[]) =>
    execFileSync("git", args, { encoding: "utf8", cwd: join(import.meta.dirname, "../..") }).trim();
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    commit: git("rev-parse", "--short", "HEAD"),
    changed: git("status", "--porcelain", "--", ":!bench/results") !== "",
    date: new Date().toISOString(),
  };
}

export interface Busy {
  machineCores: number;
  /** Of these, what ran that the benchmark had not started. */
  foreignCores: number;
}

/** Starts to watch the whole machine; the call that it gives tells how many cores were busy since. */
export function watchMachine(): () => Busy {
  const before = { all: busySeconds(), own: ownSeconds() };
  const since = performance.now();
  return () => {
    const seconds = (performance.now() - since) / 1000;
    const all = (busySeconds() - before.all) / seconds;
    const own = (ownSeconds() - before.own) / seconds;
    return { machineCores: round(all), foreignCores: round(Math.max(0, all - own)) };
  };
}

function busySeconds(): number {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .split("\n", 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user! + nice! + system! + irq! + softirq! + steal!) / ticksPerSecond;
}

/** CPU seconds of this process and all below it, those that have ended too. */
function ownSeconds(): number {
  const processes = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? statOf(Number(name)) : []));
  const own = new Set([process.pid]);
  let ticks = 0;
  // A child has a higher number than its parent, unless the numbers began anew in between.
  for (const one of processes.sort((a, b) => a.pid - b.pid)) {
    if (own.has(one.parent)) own.add(one.pid);
    if (own.has(one.pid)) ticks += one.ticks;
  }
  return ticks / ticksPerSecond;
}

function statOf(pid: number): { pid: number; parent: number; ticks: number }[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ").map(Number);
    const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15);
    return [{ pid, parent: fields[1]!, ticks: user! + system! + childrenUser! + childrenSystem! }];
  } catch {
    // It ended in the meantime.
    return [];
  }
}

/** To two digits after the point. */
export const round = (value: number) => Math.round(value * 100) / 100;
