import type { DeadLetter } from "../../../engine/model/dead-letter.ts";
import { en } from "../text/en.ts";
import { type TextKey, t } from "../text/text.ts";
import { humanise } from "../ui/words.ts";

/** A reason in a few plain words; a new one of the server's shows its code. */
export function reasonWords(reason: string): string {
  const key = `reason.${reason}`;
  return key in en ? t(key as TextKey) : humanise(reason);
}

export function stateWords({ state, again }: Pick<DeadLetter, "state" | "again">): string {
  return again ? t("letters.state.failedAgain") : t(`letters.state.${state}`);
}
