import { type ChildProcess, fork, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LoadOrder, LoadReport } from "./load.ts";

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
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (!line.startsWith(sign)) return;
      child.removeAllListeners("exit");
      const ended = new Promise<void>((done) => child.once("exit", () => done()));
      resolve({
        process: child,
        line,
        async stop() {
          child.kill("SIGTERM");
          await ended;
        },
      });
    });
  });
}

/** Runs the load in a process of its own. */
export function runLoad(order: LoadOrder): Promise<LoadReport> {
  const child = fork(join(import.meta.dirname, "load.js"));
  return new Promise((resolve, reject) => {
    child.once("message", (report) => resolve(report as LoadReport));
    child.once("exit", (code) => code && reject(new Error(`The load ended with ${code}`)));
    child.send(order);
  });
}

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
