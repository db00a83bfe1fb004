import type { Point } from "./point.ts";
import { mergePoints } from "./point-merge.ts";

/**
 * InfluxDB line protocol with millisecond timestamps, lines joined by "\n"; "" for no points. Every number is written as
 * a float, so that a series which starts with 41 takes 41.5 later. Names and tags cannot hold a line break, nor a
 * backslash before a separator, a quote or the end: these become a space and a slash.
 */
export function encodeLines(points: readonly Point[]): string {
  let lines = "";
  for (const point of mergePoints(points)) {
    let line = name(point.measurement, inMeasurement);
    for (const tag in point.tags) line += `,${name(tag, inTag)}=${name(point.tags[tag]!, inTag)}`;
    let separator = " ";
    for (const field in point.fields) {
      line += `${separator}${name(field, inTag)}=${fieldValue(point.fields[field]!)}`;
      separator = ",";
    }
    lines += lines === "" ? `${line} ${point.ts}` : `\n${line} ${point.ts}`;
  }
  return lines;
}

const inMeasurement = /[, ]/g;
const inTag = /[,= ]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const awkward = /[\u0000-\u001f\\,= ]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const control = /[\u0000-\u001f]/g;

function name(text: string, special: RegExp): string {
  if (!awkward.test(text)) return text;
  // A backslash is literal except before a separator, where it would take away what the separator means.
  return text
    .replace(control, " ")
    .replace(/\\(?=[,= "]|$)/g, "/")
    .replace(special, "\\$&");
}

function fieldValue(value: number | string | boolean): string {
  if (typeof value !== "string") return String(value);
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
