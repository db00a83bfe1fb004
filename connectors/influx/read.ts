import type { Sample, SeriesQuery } from "../../engine/model/series.ts";
import { type Answer, type Ask, identifier, literal } from "./ask.ts";

/** A key that none of so many newest points has is no longer among the latest. */
const latestPoints = 1000;

type Bucketed = SeriesQuery & { everyMs: number };

/** Answers `Series.query`. */
export async function samples(ask: Ask, query: SeriesQuery): Promise<Sample[]> {
  const { everyMs } = query;
  const found = everyMs ? await buckets(ask, { ...query, everyMs }) : await raw(ask, query, query.limit);
  return found.slice(0, query.limit);
}

/** Answers `Series.latest`. */
export async function latest(ask: Ask, device: string): Promise<Record<string, Sample>> {
  const where = `WHERE "device" = ${literal(device)}`;
  const answers = await ask(`SELECT *::field FROM /.*/ ${where} ORDER BY time DESC LIMIT ${latestPoints}`);
  const newest = new Map<string, Sample>();
  for (const { columns, values } of answers)
    for (const row of values)
      for (const [index, value] of row.entries()) {
        const ts = Number(row[0]);
        if (index === 0 || value === null || ts <= (newest.get(columns[index]!)?.ts ?? -Infinity)) continue;
        newest.set(columns[index]!, { ts, value });
      }
  return Object.fromEntries(newest);
}

async function raw(ask: Ask, query: SeriesQuery, limit?: number): Promise<Sample[]> {
  const upTo = limit === undefined ? "" : ` LIMIT ${limit}`;
  const answers = await ask(`SELECT ${identifier(query.key)} AS v ${source(query)}${upTo}`);
  // Each measurement comes as a series of its own; sort keeps the order of what is of one time.
  return answers
    .flatMap(({ values }) => values.map(([ts, value]) => ({ ts: Number(ts), value: value ?? null })))
    .sort((a, b) => a.ts - b.ts);
}

async function buckets(ask: Ask, query: Bucketed): Promise<Sample[]> {
  const { everyMs, fn, limit } = query;
  const field = identifier(query.key);
  // The cast leaves out what is no number, where InfluxQL would fail.
  const numbers = `${field}::float`;
  const counted = ["first", "last", "count"].includes(fn) ? field : numbers;
  const name = fn === "avg" ? "mean" : fn;
  const answers = await ask(
    `SELECT ${name}(${counted}) AS v, count(${counted}) AS n ${source(query)} GROUP BY time(${everyMs}ms) fill(none) LIMIT ${limit}`,
  );
  if (answers.length > 1 && (fn === "first" || fn === "last"))
    return pick(await raw(ask, query), everyMs, fn);
  return join(answers, fn).sort((a, b) => a.ts - b.ts);
}

function source({ device, measurement, from, to }: SeriesQuery): string {
  const where = `"device" = ${literal(device)} AND time >= ${Math.ceil(from)}ms AND time < ${Math.ceil(to)}ms`;
  return `FROM ${measurement === undefined ? "/.*/" : identifier(measurement)} WHERE ${where}`;
}

/** Joins the buckets of several measurements into those of all of them. */
function join(answers: readonly Answer[], fn: SeriesQuery["fn"]): Sample[] {
  const joined = new Map<number, { value: Sample["value"]; count: number }>();
  for (const { values } of answers)
    for (const [ts, value, n] of values) {
      if (value === null || value === undefined) continue;
      const [time, count] = [Number(ts), Number(n)];
      const before = joined.get(time);
      if (before) before.value = both(fn, before, { value, count });
      if (before) before.count += count;
      else joined.set(time, { value, count });
    }
  return [...joined].map(([ts, { value }]) => ({ ts, value }));
}

type Bucket = { value: Sample["value"]; count: number };

function both(fn: SeriesQuery["fn"], a: Bucket, b: Bucket): Sample["value"] {
  const [x, y] = [Number(a.value), Number(b.value)];
  switch (fn) {
    case "avg":
      return (x * a.count + y * b.count) / (a.count + b.count);
    case "min":
      return Math.min(x, y);
    case "max":
      return Math.max(x, y);
    case "sum":
    case "count":
      return x + y;
    case "first":
      return a.value;
    case "last":
      return b.value;
    default:
      return fn satisfies never;
  }
}

/** A bucket does not tell the time of its first and last value, so these are picked from the points themselves. */
function pick(samples: readonly Sample[], everyMs: number, fn: "first" | "last"): Sample[] {
  const picked = new Map<number, Sample>();
  for (const { ts, value } of samples) {
    const start = Math.floor(ts / everyMs) * everyMs;
    if (fn === "last" || !picked.has(start)) picked.set(start, { ts: start, value });
  }
  return [...picked.values()];
}
