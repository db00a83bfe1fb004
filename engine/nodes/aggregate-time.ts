import { resultMessage, ticked } from "./columns.ts";
import type { Node, Step } from "./kind.ts";
import { closeUntil, dueAt, isLate, openWindows, take, type WindowSettings, wakeOf } from "./windows.ts";

const nothing: Step = {};

/** Windows that begin at fixed times: one after the other, or overlapping. */
export function timeWindows(settings: WindowSettings): Node {
  const shape = openWindows(settings);
  return {
    evaluate(message, state) {
      const before = shape.read(state);
      if (isLate(shape, before, message.ts)) return { out: [["late", message]] };
      const { windows, closed } = take(shape, before, message);
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
      const due = before.o.filter((it) => dueAt(shape, it[0] as number, before.l) <= now).at(-1);
      const until = due ? shape.endOf(due[0] as number) : before.d;
      const { windows, closed } = closeUntil(shape, before, until);
      const from = ticked(now, device);
      return {
        state: windows,
        wakeAt: wakeOf(shape, windows),
        out: closed.map((result) => ["window", resultMessage(from, result)] as const),
      };
    },
  };
}
