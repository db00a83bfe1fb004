/** One bucket or raw reading: time in ms since the epoch. */
export interface Sample {
  ts: number;
  value: number | string | boolean | null;
}

export const aggregates = ["avg", "min", "max", "sum", "count", "first", "last"] as const;
export type Aggregate = (typeof aggregates)[number];

export interface SeriesQuery {
  device: string;
  key: string;
  /** Left out: every measurement that has the key. */
  measurement?: string;
  /** Milliseconds since the epoch, half open: from <= ts < to. */
  from: number;
  to: number;
  /** Width of a bucket in ms, aligned to the epoch; left out: raw points. */
  everyMs?: number;
  fn: Aggregate;
  limit: number;
}

/** Points a store refused, as they were encoded, and the sentence it said. */
export interface RefusedPoints {
  points: string;
  message: string;
}

/**
 * Where points go. `format` names how a batch of points is encoded by the evaluating thread:
 * `rows`: a JSON array of `[measurement, device, ts, {tag: value}, {field: value}]`;
 * `lines`: InfluxDB line protocol with millisecond timestamps, joined by "\n".
 */
export interface Series {
  readonly format: "rows" | "lines";
  /**
   * Durable when it resolves. Safe to repeat. Rejects with `unavailable` when the store is away: keep the batches and
   * repeat. Rejects with `points_refused` when the store will never take some of them: `details.refused` holds these
   * (see RefusedPoints), all others are written, so do not repeat.
   */
  write(batches: readonly string[]): Promise<void>;
  /** Rising in time, the oldest `limit`; a bucket's `ts` is its start, empty buckets are left out. */
  query(query: SeriesQuery): Promise<Sample[]>;
  /** The newest value of each key of a device: `{speed: {ts, value}}`. Looks at 1,000 points a measurement. */
  latest(device: string): Promise<Record<string, Sample>>;
  /** Rejects with a sentence when the store cannot be used. */
  check(): Promise<void>;
  close(): Promise<void>;
}
