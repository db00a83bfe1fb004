import type { Sample, SeriesQuery } from "../../model/series.ts";
import type { SqlPool } from "../pglite.ts";
import { selectBuckets, selectLatest, selectRaw } from "./table-sql.ts";

/** A key that none of so many newest points has is no longer among the latest. */
const latestPoints = 1000;

/** Answers `Series.query` from the table. */
export async function samples(pool: SqlPool, query: SeriesQuery): Promise<Sample[]> {
  const { device, key, measurement = null, from, to, everyMs, fn, limit } = query;
  const params = [device, key, measurement, String(Math.ceil(from)), String(Math.ceil(to)), limit];
  const { rows } = everyMs
    ? await pool.query(selectBuckets(fn), [...params, String(Math.max(1, Math.round(everyMs)))])
    : await pool.query(selectRaw, params);
  return rows.map((row) => toSample(row.bucket ?? row.ts, row.value));
}

/** Answers `Series.latest` from the table. */
export async function latest(pool: SqlPool, device: string): Promise<Record<string, Sample>> {
  const { rows } = await pool.query(selectLatest, [device, latestPoints]);
  return Object.fromEntries(rows.map((row) => [String(row.key), toSample(row.ts, row.value)]));
}

/** bigint comes as text from pg. */
function toSample(ts: unknown, value: unknown): Sample {
  return { ts: Number(ts), value: value as Sample["value"] };
}
