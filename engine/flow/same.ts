/** Whether two JSON values are equal, whatever the order of their names. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [defined(a), defined(b)];
  return left.length === right.length && left.every(([name, value]) => isSame(value, (b as Json)[name]));
}

type Json = Record<string, unknown>;

const defined = (value: object) => Object.entries(value).filter(([, each]) => each !== undefined);
