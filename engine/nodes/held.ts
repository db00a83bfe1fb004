import type { Message, MessageType } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import { storableValues } from "./number.ts";

/** A message a node keeps in its state to let it go later, as plain JSON. */
export interface Held {
  i: string;
  t: number;
  a: number;
  v: Values;
  /** Set for all but telemetry. */
  y?: Exclude<MessageType, "telemetry">;
}

/** Characters of messages that a node keeps for one device; more leave early. */
export const maxHeldChars = 65_536;

/** Infinite numbers become null, as in all that is stored. */
export function hold({ id, ts, arrivedAt, values: given, type }: Message): Held {
  const values = storableValues(given);
  return type === "telemetry"
    ? { i: id, t: ts, a: arrivedAt, v: values }
    : { i: id, t: ts, a: arrivedAt, v: values, y: type };
}

/** The message again, with the device as it is now. */
export function release({ i, t, a, v, y = undefined }: Held, device: Message["device"]): Message {
  return { id: i, device, type: y ?? "telemetry", ts: t, arrivedAt: a, values: v };
}

/** How many of the first must leave so that the rest has at most `count` messages and not too many characters. */
export function excess(held: readonly Held[], count: number): number {
  let chars = 0;
  let at = held.length;
  while (at > 0 && held.length - at < count) {
    chars += charsOf(held[at - 1]!.v);
    // A single large message is kept all the same: it has passed the bound for payloads.
    if (chars > maxHeldChars && at < held.length) break;
    at--;
  }
  return at;
}

/** How long held values are as JSON; they stay as they are, and are asked for again with each further message. */
const known = new WeakMap<Values, number>();

function charsOf(values: Values): number {
  let chars = known.get(values);
  if (chars === undefined) {
    chars = JSON.stringify(values).length;
    known.set(values, chars);
  }
  return chars;
}
