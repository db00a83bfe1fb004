import type { ChangeLine } from "../../../engine/flow/change-lines.ts";
import classes from "./change-list.module.css";

/** What changed, a line each, with the settings below their step. */
export function ChangeList({ lines }: { lines: readonly ChangeLine[] }) {
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
