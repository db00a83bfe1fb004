import { setTimeout as sleep } from "node:timers/promises";
import type { startInflux } from "../test/support/influx.ts";

export type Influx = Awaited<ReturnType<typeof startInflux>>;

/** What stands in InfluxDB: raw points, and the readings that its windows speak of. */
export interface Written {
  raw: number;
  windowed: number;
}

export async function written(influx: Influx): Promise<Written> {
  const [raw, windowed] = await Promise.all([
    single(influx, 'SELECT count("speed") FROM "traffic"'),
    single(influx, 'SELECT sum("windowCount") FROM "traffic_10s"'),
  ]);
  return { raw, windowed };
}

export const rawPoints = (influx: Influx) => single(influx, 'SELECT count("speed") FROM "traffic"');

/** Waits until the raw points are as many as expected; rejects when they are not within the time. */
export async function awaitRaw(influx: Influx, expected: number, seconds: number): Promise<void> {
  let found = await rawPoints(influx);
  for (const until = Date.now() + seconds * 1000; found < expected && Date.now() < until; ) {
    await sleep(200);
    found = await rawPoints(influx);
  }
  if (found !== expected) throw new Error(`${found} raw points are in InfluxDB for ${expected} messages`);
}

/** Waits until every reading is in a window that was saved: the last windows close some time after the load. */
export async function awaitWindows(influx: Influx, seconds: number): Promise<void> {
  let found = await written(influx);
  for (const until = Date.now() + seconds * 1000; found.windowed !== found.raw && Date.now() < until; ) {
    await sleep(1000);
    found = await written(influx);
  }
  if (found.windowed !== found.raw)
    throw new Error(`The windows speak of ${found.windowed} readings, ${found.raw} came`);
}

async function single({ url, database }: Influx, q: string): Promise<number> {
  const answer = await fetch(`${url}/query?${new URLSearchParams({ db: database, q })}`);
  const told = (await answer.json()) as { results: { series?: { values: number[][] }[] }[] };
  return told.results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
}
