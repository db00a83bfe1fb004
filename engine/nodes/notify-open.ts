import type { CommandResult } from "../model/command.ts";
import type { Message } from "../model/message.ts";
import { freeRef } from "./command-open.ts";
import { excess, type Held, hold, release } from "./held.ts";
import type { Step } from "./kind.ts";

/** A notification that is on its way. */
interface Open {
  /** What its result calls it. */
  r: string;
  /** The message that it tells of. */
  h: Held;
  /** Given up at this time when nothing was heard, ms. */
  d: number;
  /** Name of its channel. */
  c: string;
}
/** What the node remembers for a device: notifications in the order they were sent. */
export type OnTheirWay = readonly Open[];

type Out = [output: "sent" | "failed", message: Message][];

/** Notifications of a device that the node follows; beyond that the oldest leave by `failed`. */
export const maxOpen = 50;
/** A receiver is tried for two hours; the rest is for a registry that was away meanwhile. */
const untilMs = 4 * 3_600_000;

/** Follows one more; gives the name for it, and what has to leave for it. */
export function follow(
  open: OnTheirWay,
  message: Message,
  channel: string,
): { ref: string; next: OnTheirWay; out: Out } {
  const ref = freeRef(open, message.id);
  const all = [...open, { r: ref, h: hold(message), d: message.arrivedAt + untilMs, c: channel }];
  const surplus = excess(
    all.map(({ h }) => h),
    maxOpen,
  );
  const reason = `More than ${maxOpen} notifications of the device, or 64 KiB of their messages, are on their way; this one is no longer followed.`;
  const out = all.slice(0, surplus).map((one) => gone(one, message.arrivedAt, message.device, reason));
  return { ref, next: all.slice(surplus), out };
}

/** Its receiver has it, or it was given up. */
export function settle(
  open: OnTheirWay,
  { ref, state, command }: CommandResult,
  at: number,
  device: Message["device"],
): Step {
  const found = open.find(({ r }) => r === ref);
  if (!found) return {};
  const output = state === "succeeded" ? "sent" : "failed";
  const out: Out = [[output, onward(found, at, device, command)]];
  return stepOf(
    open.filter((one) => one !== found),
    out,
  );
}

/** The clock has come to `now`: what was not heard of has failed. */
export function expire(open: OnTheirWay, now: number, device: Message["device"]): Step {
  const lost = open.filter(({ d }) => d <= now);
  return stepOf(
    open.filter(({ d }) => d > now),
    lost.map((one) => gone(one, now, device, "Nothing was heard of it in time.")),
  );
}

export function stepOf(open: OnTheirWay, out: Out): Step {
  const wakeAt = open.length > 0 ? Math.min(...open.map(({ d }) => d)) : null;
  return { state: open.length > 0 ? open : null, wakeAt, out };
}

function gone(one: Open, at: number, device: Message["device"], reason: string): Out[number] {
  return ["failed", onward(one, at, device, { channel: one.c, state: "failed", reason })];
}

/** The message, with what came of its notification, at the time when it came. */
function onward(
  { h }: Open,
  at: number,
  device: Message["device"],
  notification: CommandResult["command"],
): Message {
  const values = Object.assign({}, h.v, { notification });
  return { ...release(h, device), ts: at, arrivedAt: at, values };
}
