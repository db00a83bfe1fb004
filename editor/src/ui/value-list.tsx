import type { Values } from "../../../engine/model/value.ts";
import { t } from "../text/text.ts";
import classes from "./value-list.module.css";
import { humanise, namedWords } from "./words.ts";

/** Named values as two columns. */
export function ValueList({ values, none = t("ui.none") }: { values: Values; none?: string }) {
  const rows = Object.entries(values);
  if (rows.length === 0) return <p className={classes.none}>{none}</p>;
  return (
    <dl className={classes.list}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt title={name}>{humanise(name)}</dt>
          <dd>{namedWords(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
