/**
 * Where `actual` is not as `expected`, one sentence each, empty when it fits. Objects fit when the expected keys do,
 * lists when every item does and the lengths are the same. Numbers may differ by rounding, times by their notation.
 */
export function differences(expected: unknown, actual: unknown, path = ""): string[] {
  if (Array.isArray(expected)) return inList(expected, actual, path);
  if (isObject(expected)) {
    if (!isObject(actual)) return [sentence(path, expected, actual)];
    return Object.entries(expected)
      .filter(([, value]) => value !== undefined)
      .flatMap(([key, value]) => differences(value, actual[key], path === "" ? key : `${path}.${key}`));
  }
  return isSame(expected, actual) ? [] : [sentence(path, expected, actual)];
}

function inList(expected: readonly unknown[], actual: unknown, path: string): string[] {
  if (!Array.isArray(actual)) return [sentence(path, expected, actual)];
  const found = expected
    .slice(0, actual.length)
    .flatMap((item, index) => differences(item, actual[index], `${path}[${index}]`));
  for (let index = actual.length; index < expected.length; index++)
    found.push(`${path}[${index}]: expected ${show(expected[index])}, got no more`);
  for (let index = expected.length; index < actual.length; index++)
    found.push(`${path}[${index}]: expected no more, got ${show(actual[index])}`);
  return found;
}

function isSame(expected: unknown, actual: unknown): boolean {
  if (Object.is(expected, actual)) return true;
  if (typeof expected === "number" && typeof actual === "number")
    return Math.abs(expected - actual) <= 1e-9 * Math.max(1, Math.abs(expected));
  if (typeof expected !== "string" || typeof actual !== "string" || !isTime(expected)) return false;
  return isTime(actual) && Date.parse(expected) === Date.parse(actual);
}

const isTime = (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:\d\d)$/.test(text);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const sentence = (path: string, expected: unknown, actual: unknown) =>
  `${path}: expected ${show(expected)}, got ${actual === undefined ? "nothing" : show(actual)}`;

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 300 ? text : `${text.slice(0, 300)}...`;
}
