import type { Command, CommandState } from "../../../engine/model/command.ts";
import { t } from "../text/text.ts";
import { span } from "../ui/words.ts";

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
  return t(`command.${state}Text`, { span: span(timeoutMs) });
}
