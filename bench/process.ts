import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { runChild } from "./child.ts";
import type { LoadOrder, LoadReport } from "./load.ts";
import { round } from "./machine.ts";

/** A process that was started here, and the first line on its standard output that begins with `sign`. */
export interface Started {
  process: ChildProcess;
  line: string;
  stop(): Promise<void>;
}

export function startNode(
  file: string,
  args: string[],
  sign: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const atExit = () => child.kill("SIGKILL");
  process.once("exit", atExit);
  child.once("exit", () => process.off("exit", atExit));
  return new Promise((resolve, reject) => {
    const early = (code: number | null) => reject(new Error(`${file} ended with ${code}`));
    child.once("exit", early);
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (!line.startsWith(sign)) return;
      child.off("exit", early);
      const ended = new Promise<void>((done) => child.once("exit", () => done()));
      resolve({
        process: child,
        line: line.slice(sign.length),
        async stop() {
          child.kill("SIGTERM");
          await ended;
        },
      });
    });
  });
}

/** Runs the MQTT load in a process of its own. */
export const runLoad = (order: LoadOrder) => runChild<LoadOrder, LoadReport>("load.js", order);

/** Resident memory of a process, MB. */
export function residentMb(pid: number): number {
  const pages = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(pages) / 1024);
}

/** CPU seconds that a process and its threads have used. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Starts to watch processes; the call that it gives tells how many cores they kept busy since. */
export function watchProcesses(pids: number[]): () => number {
  const used = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = used();
  const since = performance.now();
  return () => round((used() - before) / ((performance.now() - since) / 1000));
}
