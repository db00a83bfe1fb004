import type { BacktestSeries } from "../model/backtest.ts";
import type { Point } from "../model/point.ts";
import type { Side } from "./alarm-pairs.ts";

const mostSeries = 24;
/** Of places whose series are left out: so many are told apart. */
const mostLeft = 10_000;
export const bucketCount = 240;

interface Buckets {
  sums: Float64Array;
  counts: Uint32Array;
}
type Series = Record<Side, Buckets>;
/** All series of one measurement and tags, by field; undefined where they are left out. */
type Place = { tags: Point["tags"]; measurement: string; fields: Map<string, Series> } | undefined;

/** The series that versions would have written, as means of the buckets of the range; of the first few series. */
export class PointBuckets {
  readonly #from: number;
  readonly #everyMs: number;
  readonly #places = new Map<string, Place>();
  #shown = 0;
  #left = 0;

  constructor(from: number, everyMs: number) {
    this.#from = from;
    this.#everyMs = everyMs;
  }

  take(side: Side, point: Point) {
    const { fields, ts } = point;
    const bucket = Math.floor((ts - this.#from) / this.#everyMs);
    if (bucket < 0 || bucket >= bucketCount) return;
    const place = this.#placeOf(point);
    if (!place) return;
    for (const field in fields) {
      const value = fields[field];
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      const series = this.#seriesOf(place, field);
      if (!series) continue;
      const { sums, counts } = series[side];
      sums[bucket]! += value;
      counts[bucket]!++;
    }
  }

  shown() {
    const list: BacktestSeries[] = [];
    for (const place of this.#places.values())
      for (const [field, { candidate, live }] of place?.fields ?? []) {
        const { measurement, tags } = place!;
        list.push({ measurement, field, tags, candidate: meansOf(candidate), live: meansOf(live) });
      }
    return { list, left: this.#left };
  }

  #placeOf({ measurement, tags, fields }: Point): Place {
    let key = measurement;
    for (const tag in tags) key += ` ${tags[tag]}`;
    if (this.#places.has(key)) return this.#places.get(key);
    if (this.#shown >= mostSeries) {
      if (this.#places.size < mostLeft) {
        this.#places.set(key, undefined);
        this.#left += Object.keys(fields).length;
      }
      return undefined;
    }
    const place = { measurement, tags, fields: new Map() };
    this.#places.set(key, place);
    return place;
  }

  #seriesOf({ fields }: NonNullable<Place>, field: string): Series | undefined {
    const known = fields.get(field);
    if (known) return known;
    if (this.#shown >= mostSeries) return undefined;
    this.#shown++;
    const series = { candidate: emptyBuckets(), live: emptyBuckets() };
    fields.set(field, series);
    return series;
  }
}

const emptyBuckets = (): Buckets => ({
  sums: new Float64Array(bucketCount),
  counts: new Uint32Array(bucketCount),
});

const meansOf = ({ sums, counts }: Buckets) =>
  Array.from(sums, (sum, i) => (counts[i] ? sum / counts[i]! : null));
