import { t } from "../text/text.ts";
import { Since } from "../ui/since.tsx";
import { humanise, namedWords } from "../ui/words.ts";
import classes from "./latest-table.module.css";
import type { Latest } from "./queries.ts";

/** The newest value of each key. */
export function LatestTable({ latest }: { latest: Latest }) {
  if (Object.keys(latest).length === 0) return <p>{t("device.soFar")}</p>;
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t("device.name")}</th>
          <th scope="col">{t("device.value")}</th>
          <th scope="col">{t("device.measured")}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(latest).map(([key, { ts, value }]) => (
          <tr key={key}>
            <th scope="row" title={key}>
              {humanise(key)}
            </th>
            <td>{namedWords(key, value)}</td>
            <td>
              <Since time={ts} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
