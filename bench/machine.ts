import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

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

/** Starts to watch the whole machine; the call that it gives tells how many cores were busy since, with whatever ran. */
export function watchMachine(): () => number {
  const before = busySeconds();
  const since = performance.now();
  return () => round((busySeconds() - before) / ((performance.now() - since) / 1000));
}

function busySeconds(): number {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .split("\n", 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user! + nice! + system! + irq! + softirq! + steal!) / 100;
}

/** To two digits after the point. */
export const round = (value: number) => Math.round(value * 100) / 100;
