import type { TryDevice, TryInput } from "../../../engine/flow/try.ts";
import type { Value, Values } from "../../../engine/model/value.ts";
import { parseDuration } from "../../../engine/rules/duration.ts";
import { readDuration } from "../form/duration-text.ts";
import { readNumber } from "../form/numbers.ts";

/** One message of the sample as it is typed: when it comes, counted from the first, and its fields. */
export interface Row {
  after: string;
  cells: Readonly<Record<string, string>>;
}

/** "5", "true", "[1, 2]" and "open" as a number, true, a list and a text; undefined for an empty cell. */
export function readCell(text: string): Value | undefined {
  const plain = text.trim();
  if (plain === "") return undefined;
  const number = readNumber(plain);
  if (number !== undefined) return number;
  if (!/^(true|false|null|[[{"].*)$/.test(plain)) return plain;
  try {
    return JSON.parse(plain);
  } catch {
    return plain;
  }
}

export function cellOf(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Milliseconds after the first message; undefined where the text is no time. */
export function offsetMs(text: string): number | undefined {
  const plain = text.trim().replace(/^\+/, "");
  if (plain === "" || plain === "0") return 0;
  const seconds = readNumber(plain);
  if (seconds !== undefined) return seconds * 1000;
  const stored = readDuration(plain);
  return stored === undefined ? undefined : parseDuration(stored);
}

/** Rows as the engine takes them, in order of time, and then the clock reaching `waitMs` after the last. */
export function inputsOf(
  rows: readonly Row[],
  { device, startMs, waitMs }: { device: TryDevice; startMs: number; waitMs: number },
): TryInput[] {
  const messages = rows.flatMap(({ after, cells }) => {
    const read = Object.entries(cells).map(([name, text]) => [name, readCell(text)] as const);
    const values: Values = Object.fromEntries(
      read.filter((entry): entry is [string, Value] => entry[1] !== undefined),
    );
    const offset = offsetMs(after);
    if (offset === undefined || Object.keys(values).length === 0) return [];
    return [{ device, at: startMs + offset, ts: startMs + offset, values }];
  });
  messages.sort((a, b) => a.at - b.at);
  const last = messages.at(-1);
  if (!last || waitMs <= 0) return messages;
  return [...messages, ...ticks(last.at, last.at + waitMs)];
}

const most = 60;

/** The clock in steps, so that a step that waits for one waking before the next gets both. */
export function ticks(fromMs: number, toMs: number): TryInput[] {
  const count = Math.min(most, Math.ceil((toMs - fromMs) / 10_000));
  const stepMs = (toMs - fromMs) / count;
  return Array.from({ length: count }, (_, index) => ({ tick: Math.round(fromMs + (index + 1) * stepMs) }));
}

/** Rows from pasted JSON: one reading, a list of readings, or `{ts, values}`; undefined for anything else. */
export function readRows(text: string): Row[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const readings = (Array.isArray(json) ? json : [json]).map((each: unknown) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return undefined;
    const { ts, values } = each as { ts?: unknown; values?: unknown };
    const isStamped = typeof values === "object" && values !== null && !Array.isArray(values);
    const time = typeof ts === "string" ? Date.parse(ts) : ts;
    return { ms: typeof time === "number" ? time : undefined, values: (isStamped ? values : each) as Values };
  });
  if (readings.length === 0 || readings.some((each) => each === undefined)) return undefined;
  const first = readings.find((each) => each?.ms !== undefined)?.ms ?? 0;
  return readings.map((each, index) => ({
    after: each!.ms === undefined ? `${index * 10}s` : `${Math.round((each!.ms - first) / 1000)}s`,
    cells: Object.fromEntries(Object.entries(each!.values).map(([name, value]) => [name, cellOf(value)])),
  }));
}

/** Names of the fields that the rows have. */
export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))];
}
