import type { Message } from "../model/message.ts";
import { explainWindow } from "./aggregate-explain.ts";
import { ticked as messageOfTick, resultMessage } from "./columns.ts";
import type { Node, Step } from "./kind.ts";
import {
  closeUntil,
  dueAt,
  isLate,
  openWindows,
  take,
  type WindowSettings,
  type Windows,
  wakeOf,
} from "./windows.ts";

const nothing: Step = {};

/** Windows that begin at fixed times: one after the other, or overlapping. */
export function timeWindows(settings: WindowSettings): Node {
  const shape = openWindows(settings);
  const taken = (before: Windows | undefined, message: Message) =>
    isLate(shape, before, message.ts) ? undefined : take(shape, before, message);
  const ticked = (before: Windows, now: number) => {
    const due = before.o.filter((it) => dueAt(shape, it[0] as number, before.l) <= now).at(-1);
    return closeUntil(shape, before, due ? shape.endOf(due[0] as number) : before.d);
  };
  return {
    evaluate(message, state) {
      const done = taken(shape.read(state), message);
      if (!done) return { out: [["late", message]] };
      const { windows, closed } = done;
      return {
        state: windows,
        wakeAt: wakeOf(shape, windows),
        ...(closed.length > 0 && {
          out: closed.map((result) => ["window", resultMessage(message, result)] as const),
        }),
      };
    },
    tick(now, device, state) {
      const before = shape.read(state);
      if (!before) return nothing;
      const { windows, closed } = ticked(before, now);
      const from = messageOfTick(now, device);
      return {
        state: windows,
        wakeAt: wakeOf(shape, windows),
        out: closed.map((result) => ["window", resultMessage(from, result)] as const),
      };
    },
    explain({ message, tick, state, left }) {
      const before = shape.read(state);
      const done = message ? taken(before, message) : before && ticked(before, tick!);
      return explainWindow(shape.columns, done?.closed, left);
    },
  };
}
