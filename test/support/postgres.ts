import { spawnSync } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Place, type Server, startServer } from "./server.ts";

/** A PostgreSQL cluster of its own with the empty database `millrace`; it survives a kill, not a power cut (fsync off). */
export async function startPostgres(options: Place & { args?: string[] } = {}): Promise<Server> {
  const bin = newestBin();
  const user = process.getuid?.() === 0 ? userNamed("postgres") : undefined;
  const server = await startServer({
    program: join(bin, "postgres"),
    package: "postgresql",
    place: options,
    user,
    stopSignal: "SIGINT",
    prepare(dir) {
      if (existsSync(join(dir, "cluster"))) return;
      if (user) chownSync(dir, user.uid, user.gid);
      const initdb = join(bin, "initdb");
      const args = ["-D", join(dir, "cluster"), "-U", "millrace", "-A", "trust", "-E", "UTF8"];
      const made = spawnSync(initdb, [...args, "--locale=C.UTF-8", "--no-sync"], { cwd: dir, ...user });
      if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);
    },
    args: (port, dir) => [
      ...["-D", join(dir, "cluster"), "-p", String(port), "-h", "127.0.0.1", "-k", dir],
      ...["-c", "fsync=off", "-c", "full_page_writes=off"],
      ...["-c", "shared_buffers=32MB", ...(options.args ?? [])],
    ],
    url: (port) => `postgres://millrace@127.0.0.1:${port}/millrace`,
    ready: createDatabase,
  });
  return {
    ...server,
    async kill() {
      const orphans = childrenOf(server.pid);
      await server.kill();
      await ended(orphans);
    },
  };
}

/** State and parent of a process, as /proc has them; undefined where there is none. */
function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
  } catch {
    return undefined;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && statOf(pid)?.[1] === `${parent}`);
}

/** The orphans of a killed server end by themselves: until then they answer, and no other starts in its place. */
async function ended(orphans: readonly number[]) {
  // One that nobody waits for stays in the list as a zombie.
  const isThere = (pid: number) => (statOf(pid)?.[0] ?? "Z") !== "Z";
  for (const until = Date.now() + 30_000; orphans.some(isThere); await sleep(10))
    if (Date.now() > until) throw new Error(`PostgreSQL was killed, and goes on: ${orphans.filter(isThere)}`);
}

async function createDatabase(port: number) {
  const client = new pg.Client(`postgres://millrace@127.0.0.1:${port}/postgres`);
  // A server that stops answers by an error event outside of any query.
  client.on("error", () => {});
  await client.connect();
  try {
    const there = await client.query("select 1 from pg_database where datname = 'millrace'");
    if (!there.rowCount) await client.query("create database millrace");
  } finally {
    await client.end();
  }
}

function newestBin(): string {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => join(root, version, "bin"))
    .find((bin) => existsSync(join(bin, "initdb")));
  if (!found) throw new Error("initdb is missing: apt-get install postgresql");
  return found;
}

function userNamed(name: string): { uid: number; gid: number } {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((line) => line.startsWith(`${name}:`));
  if (!line) throw new Error(`There is no user ${name}, and PostgreSQL does not run as root.`);
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}
