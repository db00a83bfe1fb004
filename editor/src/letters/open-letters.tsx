import { t } from "../text/text.ts";
import classes from "./letters.module.css";
import { sumOf, useLetterCounts } from "./queries.ts";

/** How many wait to be looked at; nothing where none does. */
export function OpenLetters() {
  const open = sumOf(useLetterCounts());
  if (open === 0) return null;
  return (
    <span className={classes.count} title={t("letters.badge", { count: open })}>
      {open > 9999 ? "9999+" : open}
    </span>
  );
}
