import type { CommandResult } from "../model/command.ts";
import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import { excess, type Held, hold, release } from "./held.ts";
import type { Step } from "./kind.ts";

/** A command that the node has sent and that has not come to its end. */
interface Open {
  /** What results call it. */
  r: string;
  /** The message that asked for it. */
  h: Held;
  /** Given up at this time when nothing was heard, ms. */
  d: number;
  /** How many results are still to come; left out until the first. */
  l?: number;
  /** Done by the device, and until when (ms) a reading has to confirm it. */
  c?: readonly (readonly [until: number, command: Values])[];
}

/** What the node remembers for a device: commands in the order they were sent, and keys lately used. */
export interface Waiting {
  q: readonly Open[];
  k?: readonly string[];
}

type Command = CommandResult["command"];
export type Out = [output: "sent" | "succeeded" | "failed", message: Message][];

/** Commands of a device that a node follows; beyond that the oldest leave by `failed`. */
export const maxOpen = 50;
/** Idempotency keys of a device that a node remembers by itself; the registry remembers all. */
const maxKeys = 50;
/** Devices of one command whose confirmation is waited for, and characters of an answer that are kept meanwhile. */
export const maxConfirming = 100;
const maxAnswerChars = 1024;

export const nothingYet: Waiting = { q: [] };

/** Follows one more command; gives the name for it, and what has to leave for it. */
export function follow(
  { q, k }: Waiting,
  message: Message,
  { until, key, method }: { until: number; key: string | undefined; method: string },
): { ref: string; next: Waiting; out: Out } {
  const ref = freeRef(q, message.id);
  const all = [...q, { r: ref, h: hold(message), d: until }];
  const surplus = excess(
    all.map(({ h }) => h),
    maxOpen,
  );
  const reason = `More than ${maxOpen} commands of the device, or 64 KiB of their messages, wait for an outcome; this one is no longer followed.`;
  const given = { method, state: "failed", reason };
  const out: Out = all
    .slice(0, surplus)
    .map(({ h }) => ["failed", onward(h, message.arrivedAt, message.device, given)]);
  const keys = key === undefined ? k : [...(k ?? []), key].slice(-maxKeys);
  return { ref, next: { q: all.slice(surplus), ...(keys && { k: keys }) }, out };
}

/** A result has come: what leaves, and what is waited for from then on. `confirmMs`: what succeeded is to be confirmed. */
export function settle(
  waiting: Waiting,
  { ref, of, state, command }: CommandResult,
  at: number,
  device: Message["device"],
  confirmMs: number | undefined,
): { next: Waiting; out: Out } {
  const open = waiting.q.find(({ r }) => r === ref);
  if (!open) return { next: waiting, out: [] };
  if (state === "approved") return { next: waiting, out: [["sent", onward(open.h, at, device, command)]] };
  const after: Open = { ...open, l: Math.max(0, (open.l ?? of) - 1) };
  const out: Out = [];
  if (state === "succeeded" && confirmMs !== undefined) {
    const all = [...(open.c ?? []), [at + confirmMs, bounded(command)] as const];
    const reason = `More than ${maxConfirming} devices wait for their confirmation; this one is no longer followed.`;
    for (const [, over] of all.splice(0, Math.max(0, all.length - maxConfirming)))
      out.push(["failed", onward(open.h, at, device, failed(over, reason))]);
    after.c = all;
  } else if (state === "succeeded") out.push(["succeeded", onward(open.h, at, device, command)]);
  else if (state !== "repeated") out.push(["failed", onward(open.h, at, device, command)]);
  return { next: replaced(waiting, open, after), out };
}

/** A later reading: confirms what it meets; what it came too late for has failed. */
export function confirm(
  waiting: Waiting,
  message: Message,
  holds: (values: Values) => boolean,
  unconfirmed: string,
): { next: Waiting; out: Out } {
  const { device, ts, arrivedAt, values } = message;
  const out: Out = [];
  let next = waiting;
  for (const open of waiting.q) {
    if (!open.c) continue;
    // By the device's own clock; a reading from before says nothing.
    const isMet = ts > open.h.t && holds(Object.assign({}, values, before(open.h.v)));
    const left = open.c.filter(([until, command]) => {
      if (until < arrivedAt) out.push(["failed", onward(open.h, ts, device, failed(command, unconfirmed))]);
      else if (isMet) out.push(["succeeded", onward(open.h, ts, device, command)]);
      else return true;
      return false;
    });
    if (left.length < open.c.length) next = replaced(next, open, { ...open, c: left });
  }
  return { next, out };
}

/** The clock has come to `now`: what was not confirmed, or not heard of, has failed. */
export function expire(
  waiting: Waiting,
  now: number,
  device: Message["device"],
  unconfirmed: string,
): { next: Waiting; out: Out } {
  const out: Out = [];
  let next = waiting;
  for (const open of waiting.q) {
    const left = open.c?.filter(([until, command]) => {
      if (until > now) return true;
      out.push(["failed", onward(open.h, now, device, failed(command, unconfirmed))]);
      return false;
    });
    const isLost = open.l !== 0 && open.d <= now;
    const lost = { state: "timed_out", reason: "Nothing was heard of it in time." };
    if (isLost) out.push(["failed", onward(open.h, now, device, lost)]);
    if (isLost || left?.length !== open.c?.length)
      next = replaced(next, open, { ...open, ...(isLost && { l: 0 }), ...(left && { c: left }) });
  }
  return { next, out };
}

/** What the node's step says of what it waits for. */
export function stepOf({ q, k }: Waiting, out: Out): Step {
  let wakeAt: number | null = null;
  const wake = (at: number) => {
    if (wakeAt === null || at < wakeAt) wakeAt = at;
  };
  for (const { d, l, c = [] } of q) {
    if (l !== 0) wake(d);
    for (const [until] of c) wake(until);
  }
  const state = q.length > 0 || k ? { q, ...(k && { k }) } : null;
  return { state, wakeAt, watches: q.some(({ c }) => c !== undefined && c.length > 0), out };
}

/** The message that asked for the command, with what came of it, at the time when it came. */
export function onward(held: Held, at: number, device: Message["device"], command: Command): Message {
  const message = release(held, device);
  return { ...message, ts: at, arrivedAt: at, values: Object.assign({}, held.v, { command }) };
}

const failed = (command: Command, reason: string): Command => ({ ...command, state: "failed", reason });

/** A long answer is left out, so that what is remembered stays small. */
function bounded(command: Command): Command {
  const { answer = null } = command;
  return JSON.stringify(answer).length > maxAnswerChars ? { ...command, answer: null } : command;
}

function before(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`before.${name}`, value]));
}

function replaced({ q, ...rest }: Waiting, open: Open, after: Open): Waiting {
  const isOver = after.l === 0 && (after.c ?? []).length === 0;
  return {
    ...rest,
    q: isOver ? q.filter(({ r }) => r !== open.r) : q.map((each) => (each.r === open.r ? after : each)),
  };
}

/** One message may come to the node by several ways. */
export function freeRef(q: readonly { r: string }[], id: string): string {
  for (let count = 0; ; count++) {
    const ref = `${id}/${count}`;
    if (!q.some(({ r }) => r === ref)) return ref;
  }
}
