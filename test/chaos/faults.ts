import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { laneOf } from "../../engine/model/lane.ts";
import type { Server } from "../support/server.ts";
import type { Fleet } from "./fleet.ts";
import type { Member } from "./member.ts";
import type { World } from "./world.ts";

/** kill -9; rejects unless the process is gone afterwards. */
export async function killed(victim: { pid: number; kill(): Promise<void> }) {
  const { pid } = victim;
  await victim.kill();
  if (isThere(pid)) throw new Error(`Process ${pid} outlived kill -9.`);
}

/** kill -9 of a server for `downMs`; rejects unless it refused connections meanwhile. Gives the time it was away, ms. */
export async function outage(
  world: World,
  server: "redis" | "postgres" | "influx",
  downMs: number,
  meanwhile?: () => Promise<unknown>,
): Promise<number> {
  const goneAt = performance.now();
  await killed(world[server]);
  const waited = sleep(downMs);
  await meanwhile?.();
  await waited;
  if (await answers(world[server])) throw new Error(`${server} answers although it was killed.`);
  await world.restart(server);
  if (!(await answers(world[server])))
    throw new Error(`${server} does not answer although it was started again.`);
  return performance.now() - goneAt;
}

/** SIGSTOP for `ms`, then SIGCONT; rejects unless the process stood still. */
export const frozen = (member: Member, ms: number) => frozenWhile(member, () => sleep(ms));

/** The same for as long as something takes. */
export async function frozenWhile({ pid }: Member, meanwhile: () => Promise<unknown>) {
  process.kill(pid, "SIGSTOP");
  try {
    await meanwhile();
    if (stateOf(pid) !== "T") throw new Error(`Process ${pid} goes on although it was stopped.`);
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

/** Milliseconds until every lane that has devices of the fleet has committed something more. */
export async function lanesBackMs({ redis }: World, fleet: Fleet, withinMs = 60_000): Promise<number> {
  const client = new Redis(redis.url);
  client.on("error", () => {});
  try {
    const count = Number(await client.get("millrace:lanes"));
    const lanes = [...new Set(fleet.devices.map(({ id }) => laneOf(id, count)))];
    const sequences = () =>
      Promise.all(lanes.map((lane) => client.hget(`{millrace-lane${lane}}:checkpoint`, "sequence")));
    const startAt = performance.now();
    const before = await sequences();
    for (;;) {
      const now = await sequences();
      const tookMs = performance.now() - startAt;
      if (now.every((sequence, i) => sequence !== before[i])) return tookMs;
      if (tookMs > withinMs)
        throw new Error(
          `Lanes stand still for ${withinMs} ms: ${lanes.filter((_, i) => now[i] === before[i])}`,
        );
      await sleep(25);
    }
  } finally {
    client.disconnect();
  }
}

export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Commits of all workers with this result, as they count them themselves. */
export async function commits({ members }: World, result: "conflict" | "repeated"): Promise<number> {
  let count = 0;
  for (const member of members)
    if (/all|worker/.test(member.roles))
      count += await member.metric("millrace_commits_total", `result="${result}"`);
  return count;
}

/** Batches of effects and points that are committed but not delivered. */
export async function undelivered({ redis }: World): Promise<number> {
  const client = new Redis(redis.url);
  try {
    const keys = await Promise.all(
      ["effects", "points"].map((part) => client.keys(`{millrace-lane*}:${part}`)),
    );
    const lengths = await Promise.all(keys.flat().map((key) => client.hlen(key)));
    return lengths.reduce((all, one) => all + one, 0);
  } finally {
    client.disconnect();
  }
}

/** One letter, as /proc has it: R runs, S sleeps, T is stopped. */
function stateOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]![0]!;
}

function answers({ port }: Server): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}
