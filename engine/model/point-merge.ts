import type { Point } from "./point.ts";

/**
 * Joins points of one measurement, tags and millisecond into one, the later field winning, as a store would; drops
 * empty tags, numbers that are not finite, and points that keep no field. Tags come out sorted.
 */
export function mergePoints(points: readonly Point[]): Point[] {
  const merged = new Map<string, Point>();
  for (const point of points) {
    const ts = Math.floor(point.ts);
    const tags = sortedTags(point.tags);
    let key = `${ts}\n${point.measurement}`;
    for (const name in tags) key += `\n${name}\t${tags[name]}`;
    const first = merged.get(key);
    if (first) Object.assign(first.fields, finiteFields(point.fields));
    else merged.set(key, { measurement: point.measurement, tags, fields: finiteFields(point.fields), ts });
  }
  return [...merged.values()].filter(hasFields);
}

/** Without a prototype even `__proto__` is a name like any other. */
const bare = () => Object.create(null);

function sortedTags(tags: Point["tags"]): Point["tags"] {
  const names = Object.keys(tags);
  if (names.length > 1) names.sort();
  const sorted: Point["tags"] = bare();
  for (const name of names) if (name !== "" && tags[name] !== "") sorted[name] = tags[name]!;
  return sorted;
}

function finiteFields(fields: Point["fields"]): Point["fields"] {
  const finite: Point["fields"] = bare();
  for (const name in fields) {
    const value = fields[name]!;
    if (name !== "" && (typeof value !== "number" || Number.isFinite(value))) finite[name] = value;
  }
  return finite;
}

function hasFields(point: Point): boolean {
  for (const _ in point.fields) return true;
  return false;
}
