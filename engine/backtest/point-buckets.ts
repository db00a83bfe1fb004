import type { BacktestSeries } from "../model/backtest.ts";
import type { Point } from "../model/point.ts";
import type { Side } from "./alarm-pairs.ts";

const mostSeries = 24;
export const bucketCount = 240;

interface Buckets {
  sums: Float64Array;
  counts: Uint32Array;
}
interface Entry extends Record<Side, Buckets> {
  measurement: string;
  field: string;
  tags: Record<string, string>;
}

/** The series that versions would have written, as means of the buckets of the range; of the first few series. */
export class PointBuckets {
  readonly #from: number;
  readonly #everyMs: number;
  readonly #series = new Map<string, Entry>();
  readonly #others = new Set<string>();

  constructor(from: number, everyMs: number) {
    this.#from = from;
    this.#everyMs = everyMs;
  }

  take(side: Side, { measurement, tags, fields, ts }: Point) {
    const bucket = Math.floor((ts - this.#from) / this.#everyMs);
    if (bucket < 0 || bucket >= bucketCount) return;
    const where = `${measurement} ${Object.entries(tags).join(" ")}`;
    for (const field in fields) {
      const value = fields[field];
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      const buckets = this.#find(`${where} ${field}`, { measurement, field, tags })?.[side];
      if (!buckets) continue;
      buckets.sums[bucket]! += value;
      buckets.counts[bucket]!++;
    }
  }

  shown() {
    const list: BacktestSeries[] = [...this.#series.values()].map(({ candidate, live, ...rest }) => ({
      ...rest,
      candidate: meansOf(candidate),
      live: meansOf(live),
    }));
    return { list, left: this.#others.size };
  }

  #find(key: string, of: Pick<Entry, "measurement" | "field" | "tags">): Entry | undefined {
    const known = this.#series.get(key);
    if (known) return known;
    if (this.#series.size >= mostSeries) {
      // Counted as far as that costs little.
      if (this.#others.size < 10_000) this.#others.add(key);
      return undefined;
    }
    const entry = { ...of, candidate: emptyBuckets(), live: emptyBuckets() };
    this.#series.set(key, entry);
    return entry;
  }
}

const emptyBuckets = (): Buckets => ({
  sums: new Float64Array(bucketCount),
  counts: new Uint32Array(bucketCount),
});

const meansOf = ({ sums, counts }: Buckets) =>
  Array.from(sums, (sum, i) => (counts[i] ? sum / counts[i]! : null));
