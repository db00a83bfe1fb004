/**
 * Quantiles within 1 % of the value, of numbers of any size: DDSketch (Masson, Rim, Lee: "DDSketch: A Fast and
 * Fully-Mergeable Quantile Sketch with Relative-Error Guarantees", VLDB 2019). A side holds the numbers of one sign as
 * bins in order of size: key, count, key, count.
 */
export type Side = readonly number[];

const accuracy = 0.01;
const gamma = (1 + accuracy) / (1 - accuracy);
const logGamma = Math.log(gamma);
/** Bins of a side. Beyond, the smallest numbers are taken together: 512 bins span a ratio of 28,000. */
export const maxBins = 512;

/** A side with one more number of this size, which is above 0. Changes nothing it was given. */
export function withSize(side: Side, size: number, count = 1): Side {
  return withBin(side, Math.ceil(Math.log(size) / logGamma), count);
}

/** All bins of both. */
export function merged(a: Side, b: Side): Side {
  let side = a;
  for (let i = 0; i < b.length; i += 2) side = withBin(side, b[i]!, b[i + 1]!);
  return side;
}

/** The number of rank `share * (n - 1)`, counted from 0 and rounded down; undefined where there is none. */
export function quantile(share: number, negative: Side, zeros: number, positive: Side): number | undefined {
  const total = countOf(negative) + zeros + countOf(positive);
  if (total === 0) return undefined;
  let rank = Math.floor(share * (total - 1));
  for (let i = negative.length - 2; i >= 0; i -= 2) {
    rank -= negative[i + 1]!;
    if (rank < 0) return -sizeOf(negative[i]!);
  }
  rank -= zeros;
  if (rank < 0) return 0;
  for (let i = 0; i < positive.length; i += 2) {
    rank -= positive[i + 1]!;
    if (rank < 0) return sizeOf(positive[i]!);
  }
  return undefined;
}

function withBin(side: Side, key: number, count: number): Side {
  let low = 0;
  let high = side.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (side[2 * middle]! < key) low = middle + 1;
    else high = middle;
  }
  const bins = side.slice();
  const at = 2 * low;
  if (bins[at] === key) bins[at + 1]! += count;
  else bins.splice(at, 0, key, count);
  if (bins.length > 2 * maxBins) {
    bins[3]! += bins[1]!;
    bins.splice(0, 2);
  }
  return bins;
}

function countOf(side: Side): number {
  let count = 0;
  for (let i = 1; i < side.length; i += 2) count += side[i]!;
  return count;
}

const sizeOf = (key: number) => Math.min(Number.MAX_VALUE, (2 / (gamma + 1)) * Math.exp(key * logGamma));
