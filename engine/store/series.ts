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

/**
 * Where points go. `format` names how a batch of points is encoded by the evaluating thread:
 * `rows`: a JSON array of `[measurement, device, ts, {tag: value}, {field: value}]`;
 * `lines`: InfluxDB line protocol with millisecond timestamps, joined by "\n".
 */
export interface Series {
  readonly format: "rows" | "lines";
  /** Durable when it resolves. Safe to repeat. Rejects when the store is away: the caller keeps the batches. */
  write(batches: readonly string[]): Promise<void>;
  query(query: SeriesQuery): Promise<Sample[]>;
  /** The newest value of each key of a device: `{speed: {ts, value}}`. */
  latest(device: string): Promise<Record<string, Sample>>;
  /** Rejects with a sentence when the store cannot be used. */
  check(): Promise<void>;
  close(): Promise<void>;
}
