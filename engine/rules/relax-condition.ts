import type { Clause, Condition } from "./condition.ts";

/**
 * The condition with every limit moved by `margin` to where it holds for longer: "above 30" becomes "above 28" for a
 * margin of 2. Comparisons with anything but a number, and those with decorators, stay. Undefined where all stay.
 */
export function relaxCondition(condition: Condition, margin: number): Condition | undefined {
  let moved = 0;
  const clause = (it: Clause, by: number): Clause => {
    if ("all" in it) return { all: it.all.map((inner) => clause(inner, by)) };
    if ("any" in it) return { any: it.any.map((inner) => clause(inner, by)) };
    if ("not" in it) return { not: clause(it.not, -by) };
    if ("condition" in it || typeof it.value !== "number") return it;
    const isBelow = it.operator === "lessThan" || it.operator === "lessThanInclusive";
    if (!isBelow && it.operator !== "greaterThan" && it.operator !== "greaterThanInclusive") return it;
    moved++;
    return { ...it, value: it.value + (isBelow ? by : -by) };
  };
  const relaxed = clause(condition, margin) as Condition;
  return moved > 0 ? relaxed : undefined;
}
