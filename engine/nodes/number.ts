import type { Value } from "../model/value.ts";

/** Whether a field holds a number that can be calculated with: JSON may hold one beyond all, such as 1e999. */
export function isNumber(value: Value | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** A sum beyond all numbers stays at the largest one: JSON knows no infinity. */
export function bounded(sum: number): number {
  if (sum > Number.MAX_VALUE) return Number.MAX_VALUE;
  return sum < -Number.MAX_VALUE ? -Number.MAX_VALUE : sum;
}
