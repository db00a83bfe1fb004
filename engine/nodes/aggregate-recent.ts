import type { Message } from "../model/message.ts";
import type { Value, Values } from "../model/value.ts";
import type { Slots } from "./accumulate.ts";
import { explained } from "./aggregate-explain.ts";
import { openColumns, resultMessage, resultOf, type Wanted } from "./columns.ts";
import { hash } from "./fingerprint.ts";
import type { Node } from "./kind.ts";
import { storable } from "./number.ts";
import { thinned, valuesOf } from "./sampled.ts";

export const maxRecent = 300;

/** Messages of one device as plain JSON: event time, the fields looked at, the id; in order of time. */
interface Recent {
  q: (readonly [ts: number, ...values: (Value | null)[]])[];
  f: number;
}
/** A window that fills: first time, count of messages, last time, then the slots of the values. */
interface Filling {
  s: Slots;
  f: number;
}

/** A window that ends at every message: the last so many milliseconds. */
export function slidingWindows({
  sizeMs,
  values: wanted,
}: {
  sizeMs: number;
  values: readonly Wanted[];
}): Node {
  const columns = openColumns(wanted, 0);
  const fields = [...new Set(wanted.flatMap(({ of }) => of ?? []))];
  const fingerprint = hash(JSON.stringify(["sliding", sizeMs, fields]));
  const taken = ({ id, ts, values }: Message, state: unknown) => {
    const before = state as Recent | undefined;
    const recent = before?.f === fingerprint ? before.q.slice() : [];
    const newest = Math.max(ts, recent.at(-1)?.[0] ?? ts);
    if (ts <= newest - sizeMs) return undefined;
    let at = recent.length;
    while (at > 0 && recent[at - 1]![0] > ts) at--;
    recent.splice(at, 0, [ts, ...fields.map((name) => storable(values[name] ?? null)), id]);
    const gone = recent.findIndex((it) => it[0] > newest - sizeMs);
    return { newest, kept: recent.slice(Math.max(gone, recent.length - maxRecent)) };
  };
  return {
    evaluate(message, state) {
      const done = taken(message, state);
      if (!done) return { out: [["late", message]] };
      const { newest, kept } = done;

      const slots: Slots = columns.empty.slice();
      for (const [at, ...row] of kept) {
        const own: Values = {};
        for (const [i, name] of fields.entries()) own[name] = row[i]!;
        columns.add(slots, own, at);
      }
      const result: Values = {};
      columns.write(result, slots, sizeMs);
      const window = resultOf(result, slots, newest - sizeMs, newest, kept.length);
      const next: Recent = { q: kept, f: fingerprint };
      return { state: next, out: [["window", resultMessage(message, window)]] };
    },
    explain({ message, state, left }) {
      const kept = message ? taken(message, state)?.kept : undefined;
      if (!kept || !left) return {};
      const messages = thinned(kept).map(([ts, ...row]) => {
        const id = row[fields.length];
        return { ts, values: valuesOf(row, fields), ...(typeof id === "string" && { id }) };
      });
      return explained(left, messages);
    },
  };
}

/** A window of so many messages, in the order they arrive. */
export function countWindows({ count, values: wanted }: { count: number; values: readonly Wanted[] }): Node {
  const columns = openColumns(wanted, 3);
  const fingerprint = hash(JSON.stringify(["count", columns.values]));
  const start = ({ ts }: Message): Slots => [ts, 0, ts, ...columns.empty];
  const taken = (message: Message, state: unknown) => {
    const { ts, values } = message;
    const before = state as Filling | undefined;
    const slots = before?.f === fingerprint ? before.s.slice() : start(message);
    const index = slots[1] as number;
    slots[0] = Math.min(slots[0] as number, ts);
    slots[1] = index + 1;
    slots[2] = Math.max(slots[2] as number, ts);
    columns.add(slots, values, ts);
    columns.sampling.take(slots, index, message);
    return slots;
  };
  return {
    evaluate(message, state) {
      const slots = taken(message, state);
      if ((slots[1] as number) < count) return { state: { s: slots, f: fingerprint } satisfies Filling };
      const [first, , last] = slots as [number, number, number];
      const result: Values = {};
      columns.write(result, slots, last - first);
      return {
        state: null,
        out: [["window", resultMessage(message, resultOf(result, slots, first, last, count))]],
      };
    },
    explain: ({ message, state, left }) =>
      message && left ? explained(left, columns.sampling.read(taken(message, state))) : {},
  };
}
