import type { Value, Values } from "../model/value.ts";

/** Whether a field holds a number that can be calculated with: JSON may hold one beyond all, such as 1e999. */
export function isNumber(value: Value | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** A sum beyond all numbers stays at the largest one: JSON knows no infinity. */
export function bounded(sum: number): number {
  if (sum > Number.MAX_VALUE) return Number.MAX_VALUE;
  return sum < -Number.MAX_VALUE ? -Number.MAX_VALUE : sum;
}

/** The value as JSON keeps it: infinite numbers are null, whether state has been stored since or not. */
export function storable(value: Value): Value {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null) return value;
  return JSON.parse(JSON.stringify(value)) as Value;
}

/** As `storable`, for fields; the same object where nothing changes. */
export function storableValues(values: Values): Values {
  let kept = values;
  for (const name in values) {
    const value = values[name]!;
    if (typeof value === "string" || typeof value === "boolean" || value === null || isNumber(value))
      continue;
    if (kept === values) kept = Object.assign({}, values);
    kept[name] = storable(value);
  }
  return kept;
}
