import type { Command, CommandState } from "../../../engine/model/command.ts";
import { span } from "../ui/words.ts";

export const stateTitles: Record<CommandState, string> = {
  queued: "Queued",
  sent: "Sent",
  delivered: "Delivered",
  succeeded: "Succeeded",
  failed: "Failed",
  timed_out: "Timed out",
  expired: "Expired",
};

/** The steps that every command takes, the last by its outcome. */
export const steps = ["queued", "sent", "delivered", "succeeded"] as const satisfies CommandState[];

/** How far it got: the index of the last step reached. */
export function reached({ state, sentAt }: Command): number {
  switch (state) {
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
export function stateSentence({ state, timeoutMs }: Command): string {
  switch (state) {
    case "queued":
      return "Waits until the device is connected.";
    case "sent":
      return "On its way to the device.";
    case "delivered":
      return "The device has it; waiting for its answer.";
    case "succeeded":
      return "The device did it.";
    case "failed":
      return "The device answered that it failed.";
    case "timed_out":
      return `The device did not answer within ${span(timeoutMs)}. Check that it is connected and knows this command.`;
    case "expired":
      return "The device stayed away too long, so the command was dropped.";
    default:
      return state satisfies never;
  }
}
