import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { LetterIcon } from "../ui/icons.tsx";
import classes from "./letters.module.css";
import { sumOf, useLetterCounts } from "./queries.ts";

/** Open dead letters of a flow, or of one of its steps, as a link to them; nothing where there is none. */
export function NodeLetters({ flow, node }: { flow: string; node?: string }) {
  const open = sumOf(
    useLetterCounts().filter((one) => one.flow === flow && (node === undefined || one.node === node)),
  );
  if (open === 0) return null;
  const words = t("letters.badge", { count: open });
  return (
    <a
      className={node === undefined ? classes.ofFlow : classes.ofNode}
      href={hashOf({ view: "letters", flow, node })}
      aria-label={words}
      title={words}
    >
      <LetterIcon size={14} />
      {open}
    </a>
  );
}
