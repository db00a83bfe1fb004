/** p50, p95 and p99, rounded to a tenth; NaN for no values. */
export function percentiles(values: number[]): [number, number, number] {
  const sorted = values.sort((a, b) => a - b);
  const at = (part: number) => Math.round((sorted[Math.floor(sorted.length * part)] ?? Number.NaN) * 10) / 10;
  return [at(0.5), at(0.95), at(0.99)];
}
