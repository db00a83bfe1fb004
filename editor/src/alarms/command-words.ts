import type { Command, CommandState } from "../../../engine/model/command.ts";
import { t } from "../text/text.ts";
import { span } from "../ui/words.ts";

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
  const again = attempts > 0 ? ` ${t("command.again", { attempt: attempts + 1, of: retries + 1 })}` : "";
  switch (state) {
    case "queued":
    case "sent":
      return `${t(`command.${state}Text`)}${again}`;
    case "failed":
    case "expired":
      return reason ?? t(`command.${state}Text`);
    case "rejected":
      return reason ? t("command.rejectedFor", { reason }) : t("command.rejectedText");
    case "timed_out":
      return `${t("command.timed_outText", { span: span(timeoutMs) })}${again}`;
    default:
      return t(`command.${state}Text`);
  }
}
