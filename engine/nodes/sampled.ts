import type { Message } from "../model/message.ts";
import type { Value, Values } from "../model/value.ts";
import type { Slots } from "./accumulate.ts";
import type { Taken } from "./kind.ts";

/** Messages that a window remembers, so that an alarm can show what it came of. */
export const maxSampled = 8;
/** Characters that are kept of a field that is no number, true or false. */
const maxChars = 64;

/**
 * Messages that a window remembers, in two of its slots: their ids, a semicolon behind each; and flat, for each the event
 * time in ms and the fields looked at, null where there is none. As numbers side by side they cost least (measured).
 */
export interface Sampling {
  /** The slots before the first message. */
  empty: Slots;
  /** Notes the message where it is one to be remembered. `index` counts those of the window before it. Changes `slots`. */
  take(slots: Slots, index: number, message: Message): void;
  /** Takes over what other slots remember. Changes `slots`. */
  merge(slots: Slots, other: Slots): void;
  /** What the slots remember, in order of event time. */
  read(slots: Slots): Taken[];
}

interface Row {
  id: string;
  ts: number;
  values: readonly Value[];
}

/**
 * Of more than `maxSampled` messages every second is remembered, of more than twice as many every fourth, and so on. So
 * they are spread evenly over the window, and how messages are cut into batches does not show.
 */
export function openSampling(at: number, fields: readonly string[]): Sampling {
  const width = 1 + fields.length;
  const rowsIn = (slots: Slots): Row[] => {
    // What an older version stored has none.
    const [ids = "", flat = []] = [slots[at], slots[at + 1]] as [string?, Value[]?];
    return ids
      .split(";")
      .slice(0, -1)
      .map((id, row) => {
        const [ts, ...values] = flat.slice(row * width, (row + 1) * width);
        return { id, ts: ts as number, values };
      });
  };
  const put = (slots: Slots, rows: readonly Row[]) => {
    slots[at] = rows.map(({ id }) => `${id};`).join("");
    slots[at + 1] = rows.flatMap(({ ts, values }) => [ts, ...values]);
  };
  return {
    empty: ["", []],
    take(slots, index, { id, ts, values }) {
      const stride = strideOf(index + 1);
      if (index % stride !== 0) return;
      if (index > 0 && strideOf(index) < stride) put(slots, everySecond(rowsIn(slots)));
      const flat = ((slots[at + 1] ?? []) as Value[]).slice();
      flat.push(ts);
      for (let i = 0; i < fields.length; i++) flat.push(short(values[fields[i]!]));
      slots[at] = `${slots[at] ?? ""}${id};`;
      slots[at + 1] = flat;
    },
    merge(slots, other) {
      let rows = [...rowsIn(slots), ...rowsIn(other)].sort((a, b) => a.ts - b.ts);
      while (rows.length > maxSampled) rows = everySecond(rows);
      put(slots, rows);
    },
    read: (slots) =>
      rowsIn(slots)
        .map(({ id, ts, values }): Taken => ({ id, ts, values: valuesOf(values, fields) }))
        .sort((a, b) => a.ts - b.ts),
  };
}

const everySecond = (rows: readonly Row[]) => rows.filter((_, index) => index % 2 === 0);

/** At most so many, spread evenly. */
export function thinned<T>(items: readonly T[]): T[] {
  const stride = strideOf(items.length);
  return items.filter((_, index) => index % stride === 0);
}

export function valuesOf(row: readonly (Value | null)[], fields: readonly string[]): Values {
  const values: Values = {};
  for (const [i, name] of fields.entries())
    if (row[i] !== null && row[i] !== undefined) values[name] = row[i]!;
  return values;
}

function strideOf(count: number): number {
  let stride = 1;
  while (count > maxSampled * stride) stride *= 2;
  return stride;
}

function short(value: Value | undefined): Value {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value === undefined || value === null || typeof value === "boolean") return value ?? null;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > maxChars ? `${text.slice(0, maxChars)}…` : text;
}
