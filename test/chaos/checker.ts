import { setTimeout as sleep } from "node:timers/promises";
import { fold } from "../support/ledger.ts";
import { ask } from "../support/product.ts";
import type { Fleet, FleetDevice } from "./fleet.ts";
import type { World } from "./world.ts";

/** What the stores hold against what the input log says; all but the first two are 0 where nothing went wrong. */
export interface Verdict {
  messages: number;
  acknowledged: number;
  /** Readings without a point. */
  lost: number;
  /** Readings, alarms and commands that took effect more than once. */
  doubled: number;
  /** Readings that were not evaluated right behind the one published before. */
  outOfOrder: number;
  /** Devices whose count, sum or last value of the day is wrong. */
  wrongTotals: number;
  /** Alarms and commands that are due but not there. */
  missingEffects: number;
  /** Alarms that should have been cleared. */
  stuckAlarms: number;
}

/** A verdict without a fault. */
export const faultless = {
  lost: 0,
  doubled: 0,
  outOfOrder: 0,
  wrongTotals: 0,
  missingEffects: 0,
  stuckAlarms: 0,
};

/** Reads the stores until they hold what the log says, or for `withinMs`; then tells what they hold. */
export async function check(
  world: World,
  fleet: Pick<Fleet, "devices" | "published" | "acknowledged">,
  withinMs = 120_000,
): Promise<Verdict> {
  const verdict: Verdict = { messages: fleet.published, acknowledged: fleet.acknowledged, ...faultless };
  const until = Date.now() + withinMs;
  for (const device of fleet.devices) {
    let found = await compare(world, device);
    while (
      found.lost + found.wrongTotals + found.missingEffects + found.stuckAlarms > 0 &&
      Date.now() < until
    ) {
      await sleep(300);
      found = await compare(world, device);
    }
    for (const key of Object.keys(faultless) as (keyof typeof faultless)[]) verdict[key] += found[key];
  }
  return verdict;
}

async function compare(world: World, device: FleetDevice): Promise<typeof faultless> {
  const due = fold(device.log);
  const rows = await points(world, device.id, "raw", ["n", "before"]);
  const before = new Map(rows.map(([n, earlier]) => [n, earlier]));
  const [day = []] = await points(world, device.id, "day", ["messages", "total", "last"]);
  const alarms = await all<Alarm>(world, `/api/alarms?device=${device.id}`);
  const commands = await all<Command>(world, `/api/commands?device=${device.id}`);
  const raised = alarms.map(({ cause }) => cause.values.n);
  const sent = commands.map(({ params }) => params.n);
  const missing = (effects: number[]) => due.marks.filter((n) => !effects.includes(n)).length;
  const extra = (effects: number[]) => effects.length - (due.marks.length - missing(effects));
  const isRight = [due.day.messages, due.day.total, due.day.last].every((value, i) => value === day[i]);
  return {
    lost: due.numbers.filter((n) => !before.has(n)).length,
    doubled: Math.max(0, (day[0] ?? 0) - due.day.messages) + extra(raised) + extra(sent),
    outOfOrder: due.numbers.filter((n, i) => before.has(n) && before.get(n) !== (due.numbers[i - 1] ?? null))
      .length,
    wrongTotals: isRight ? 0 : 1,
    missingEffects: missing(raised) + missing(sent),
    stuckAlarms: alarms.filter(({ status }) => status === "active").length,
  };
}

interface Alarm {
  status: string;
  cause: { values: { n: number } };
}
interface Command {
  params: { n: number };
}

/** Rows of a measurement in InfluxDB, in order of time, without it. */
export async function points(
  { influx }: World,
  device: string,
  measurement: string,
  fields: string[],
): Promise<(number | null)[][]> {
  const q = `SELECT ${fields.join(", ")} FROM ${measurement} WHERE device = '${device}'`;
  const answer = await ask<{ results: { series?: { values: number[][] }[] }[] }>(
    `${influx.url}/query?${new URLSearchParams({ db: influx.database, q })}`,
  );
  return (answer.results[0]?.series?.[0]?.values ?? []).map(([, ...values]) => values);
}

/** All pages of a list of the API. */
export async function all<T>({ http }: World, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { items: T[]; next: string | null } = await ask(
      `${http}${path}&limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}
