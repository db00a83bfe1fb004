import type { ChangeLine } from "../../../engine/flow/change-lines.ts";
import { t } from "../text/text.ts";
import classes from "./change-list.module.css";

/** What changed, a line each, with the settings below their step. What is only drawn otherwise is folded away. */
export function ChangeList({ lines }: { lines: readonly ChangeLine[] }) {
  const drawn = lines.filter(({ sign }) => sign === "drawn");
  return (
    <div className={classes.list}>
      <Lines lines={lines.filter(({ sign }) => sign !== "drawn")} />
      {drawn.length > 0 && (
        <details>
          <summary>{t("change.drawn")}</summary>
          <Lines lines={drawn} />
        </details>
      )}
    </div>
  );
}

function Lines({ lines }: { lines: readonly ChangeLine[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className={classes.changes}>
      {lines.map(({ sign, text, details }) => (
        <li key={`${sign} ${text}`} data-sign={sign}>
          {text}
          {details.map((detail) => (
            <small key={detail}>{detail}</small>
          ))}
        </li>
      ))}
    </ul>
  );
}
