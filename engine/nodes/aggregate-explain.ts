import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import type { Columns, Result } from "./columns.ts";
import type { Explained, Taken } from "./kind.ts";

export const aggregateRemarks = {
  window: "{messages} messages from {beginsAt} to {endsAt}",
  early: "{messages} messages from {beginsAt} so far",
} as const;

/** What the window that left by `left` was made of: it is one of those that the visit closed. */
export function explainWindow(
  columns: Columns,
  closed: readonly Result[] | undefined,
  left: Message | undefined,
): Explained {
  const isLeft = ({ end, values }: Result) =>
    end === left?.ts && values.windowStart === left.values.windowStart;
  const result = closed?.find(isLeft);
  return result && left ? explained(left, columns.sampling.read(result.slots)) : {};
}

/** The result that left, with messages of its window. */
export function explained({ values }: Message, messages: readonly Taken[]): Explained {
  const { windowStart, windowEnd, windowCount, windowEarly, ...results } = values;
  const [start, end, count] = [windowStart, windowEnd, windowCount] as [number, number, number];
  const text = windowEarly ? aggregateRemarks.early : aggregateRemarks.window;
  return {
    reasons: [{ text, with: { messages: count, beginsAt: start, endsAt: end } }],
    values: results as Values,
    window: { start, end, count, messages },
  };
}
