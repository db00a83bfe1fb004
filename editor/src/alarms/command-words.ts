import type { Command, CommandState } from "../../../engine/model/command.ts";
import { span } from "../ui/words.ts";

export const stateTitles: Record<CommandState, string> = {
  waiting_approval: "Waits for approval",
  queued: "Queued",
  sent: "Sent",
  delivered: "Delivered",
  succeeded: "Succeeded",
  failed: "Failed",
  timed_out: "Timed out",
  expired: "Expired",
  rejected: "Rejected",
};

/** The steps that every command takes, the last by its outcome. */
export const steps = ["queued", "sent", "delivered", "succeeded"] as const satisfies CommandState[];

/** How far it got: the index of the last step reached, -1 before the first. */
export function reached({ state, sentAt }: Command): number {
  switch (state) {
    case "waiting_approval":
    case "rejected":
      return -1;
    case "queued":
    case "expired":
      return 0;
    case "sent":
      return 1;
    case "delivered":
      return 2;
    case "timed_out":
      return sentAt ? 1 : 0;
    case "succeeded":
    case "failed":
      return 3;
    default:
      return state satisfies never;
  }
}

/** What the state means for whoever waits. */
export function stateSentence({ state, timeoutMs, reason, attempts, retries }: Command): string {
  const again = attempts > 0 ? ` Sent again: attempt ${attempts + 1} of ${retries + 1}.` : "";
  switch (state) {
    case "waiting_approval":
      return "Waits until somebody approves it; until then it is not sent.";
    case "queued":
      return `Waits until the device is connected.${again}`;
    case "sent":
      return `On its way to the device.${again}`;
    case "delivered":
      return "The device has it; waiting for its answer.";
    case "succeeded":
      return "The device did it.";
    case "failed":
      return reason ?? "The device answered that it failed.";
    case "timed_out":
      return `The device did not answer within ${span(timeoutMs)}${attempts > 0 ? `, sent ${attempts + 1} times` : ""}. Check that it is connected and knows this command.`;
    case "expired":
      return reason ?? "It was not sent in time, so the command was dropped.";
    case "rejected":
      return reason ? `Somebody rejected it: ${reason}` : "Somebody rejected it; it was not sent.";
    default:
      return state satisfies never;
  }
}
