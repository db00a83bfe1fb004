import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freeTcpPort } from "./free-port.ts";
import { removeFolder, tempFolder } from "./temp-folder.ts";

/** A real server that a test started, on loopback. */
export interface Server {
  url: string;
  port: number;
  pid: number;
  /** Where its data lies; give it with `port` to a later start to bring the same server back. */
  dir: string;
  /** Ends it in its own orderly way; deletes `dir` unless the caller gave it. */
  stop(): Promise<void>;
  /** SIGKILL, as in a crash; the data stay. */
  kill(): Promise<void>;
}

/** `port` and `dir` bring a killed server back; left out, a free port and a folder that goes with the server. */
export interface Place {
  port?: number;
  dir?: string;
}

export interface Recipe {
  program: string;
  /** The Debian package that has the program. */
  package: string;
  place: Place;
  args(port: number, dir: string): string[];
  url(port: number): string;
  /** Asks the server; a rejection means not yet. */
  ready(port: number, dir: string): Promise<unknown>;
  /** Prepares the folder before the first start in it. */
  prepare?(dir: string, port: number): void | Promise<void>;
  user?: { uid: number; gid: number };
  /** Beside this process's own environment. */
  env?: Record<string, string>;
  stopSignal?: NodeJS.Signals;
}

const readyWithinMs = 60_000;

/** Starts a program and resolves when it answers. Rejects with its output when it does not. */
export async function startServer(recipe: Recipe): Promise<Server> {
  if (spawnSync(recipe.program, ["--version"]).error)
    throw new Error(`${recipe.program} is missing: apt-get install ${recipe.package}`);
  const dir = recipe.place.dir ?? tempFolder(recipe.package);
  // A free port can be taken by someone else before the server binds it, so a free one is tried again.
  for (let tries = recipe.place.port === undefined ? 3 : 1; ; tries--) {
    const port = recipe.place.port ?? (await freeTcpPort());
    try {
      return await startOnce(recipe, port, dir);
    } catch (error) {
      if (tries > 1) continue;
      if (!recipe.place.dir) removeFolder(dir);
      throw error;
    }
  }
}

async function startOnce(recipe: Recipe, port: number, dir: string): Promise<Server> {
  await recipe.prepare?.(dir, port);
  const child = spawn(...tied(recipe.program, recipe.args(port, dir)), {
    cwd: dir,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...recipe.env },
    ...recipe.user,
  });
  let said = "";
  const listen = (chunk: Buffer) => {
    said = (said + chunk).slice(-4000);
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const atExit = () => end(child, "SIGKILL");
  process.once("exit", atExit);
  child.once("exit", () => process.off("exit", atExit));

  for (const until = Date.now() + readyWithinMs; ; await sleep(50)) {
    try {
      if (child.exitCode === null) await recipe.ready(port, dir);
      if (child.exitCode === null) break;
    } catch (error) {
      if (Date.now() > until) {
        await ended(child, "SIGKILL");
        throw new Error(
          `${recipe.program} did not answer in ${readyWithinMs} ms (${error}). It said:\n${said}`,
        );
      }
    }
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${recipe.program} ended at once, code ${child.exitCode}. It said:\n${said}`);
  }
  return {
    url: recipe.url(port),
    port,
    pid: child.pid!,
    dir,
    async stop() {
      await ended(child, recipe.stopSignal ?? "SIGTERM");
      if (!recipe.place.dir) removeFolder(dir);
    },
    kill: () => ended(child, "SIGKILL"),
  };
}

/** Where it can be had, the system itself ends the server with this process, even when this one is killed. */
function tied(program: string, args: string[]): [program: string, args: string[]] {
  const hasSetpriv = !spawnSync("setpriv", ["--pdeathsig", "KILL", "true"]).error;
  return hasSetpriv ? ["setpriv", ["--pdeathsig", "KILL", program, ...args]] : [program, args];
}

function end(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

async function ended(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  // A stopped (SIGSTOP) process hears nothing else until it goes on.
  if (signal !== "SIGKILL") child.kill("SIGCONT");
  const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(hard);
}
