import type { Point } from "../../../engine/model/point.ts";
import { encodeLines } from "../../../engine/model/point-lines.ts";
import { encodeRows } from "../../../engine/model/point-rows.ts";
import type { Sample, Series, SeriesQuery } from "../../../engine/model/series.ts";

/** Start of the tests' time, a multiple of a day since the epoch. */
export const day = Date.UTC(2026, 4, 1);
export const minuteMs = 60_000;

type Reading = Partial<Point> & { fields: Point["fields"] };

/** A point of one device; a second and later one a minute after the one before unless `ts` says otherwise. */
export function pointsOf(device: string, ...readings: Reading[]): Point[] {
  return readings.map((reading, index) => ({
    measurement: "traffic",
    ts: day + index * minuteMs,
    ...reading,
    tags: { device, ...reading.tags },
  }));
}

export function encode(series: Series, points: readonly Point[]): string {
  return series.format === "lines" ? encodeLines(points) : encodeRows(points);
}

/** Writes each list of points as a batch of its own. */
export async function write(series: Series, ...batches: Point[][]): Promise<void> {
  await series.write(batches.map((points) => encode(series, points)));
}

/** All raw values of a key, or what `change` asks for, as `[ts, value]`. */
export async function read(
  series: Series,
  device: string,
  key: string,
  change: Partial<SeriesQuery> = {},
): Promise<[number, Sample["value"]][]> {
  const all = { from: day - 1e9, to: day + 1e9, fn: "avg", limit: 1000 } as const;
  const samples = await series.query({ ...all, device, key, ...change });
  return samples.map(({ ts, value }) => [ts, value]);
}
