import type { Condemned } from "../flow/outcome.ts";
import type { Batch, TakenBatch } from "../store/backbone/port.ts";

/** How far a batch has come that is committed entry by entry: the one at hand, and how many owners have begun it. */
export interface Place {
  index: number;
  begun: number;
}
/** A failure that is not the store's, and how often it came at the same place. */
export interface Fault {
  at: string;
  count: number;
  message: string;
}

/** A batch that was begun more often is not evaluated as a whole any more. */
const mostStarts = 2;
/** An entry that so many owners of the lane began, and did not live to end, is set aside. */
const mostBegun = 2;
const mostFaults = 3;
/** The lane's checkpoint keeps the place as one number that only rises; `begun` stays below this. */
const perEntry = 4;

/** Under this name the lane's checkpoint keeps the place, as if it were the number of a producer's batch. */
export function placeName({ producer, number }: Pick<Batch, "producer" | "number">): string {
  return `${producer}/${number}`;
}

export function placeOf(number = 0): Place {
  return { index: Math.floor(number / perEntry), begun: number % perEntry };
}

export function numberOf({ index, begun }: Place): number {
  return index * perEntry + begun;
}

/** Counts a failure: again at the same place, or the first one at another. */
export function countFault(before: Fault | undefined, at: string, message: string): Fault {
  return { at, count: before?.at === at ? before.count + 1 : 1, message };
}

/** Whether one of the batch's entries may be to blame for what happens to its workers. */
export function isSuspect({ starts }: TakenBatch, at: string, fault: Fault | undefined): boolean {
  return starts > mostStarts || isTooOften(at, fault);
}

/** Why the entry must not be evaluated again, if so. */
export function judge({ index, begun }: Place, at: string, fault: Fault | undefined): Condemned | undefined {
  if (begun >= mostBegun)
    return {
      index,
      reason: "evaluation_killed",
      message: `Each time this message was evaluated the server's process ended, ${begun} times in a row, so it was set aside. Look for an expression that needs more memory than the process may use, mend the flow, and send the message again.`,
    };
  if (isTooOften(at, fault))
    return {
      index,
      reason: "evaluation_failed",
      message: `Evaluating or storing this message failed ${fault!.count} times (${fault!.message}), so it was set aside. It is a fault of the server, not of the message: report it, and send the message again when it is mended.`,
    };
  return undefined;
}

function isTooOften(at: string, fault: Fault | undefined): boolean {
  return fault?.at === at && fault.count >= mostFaults;
}
