import { t } from "../text/text.ts";
import { remembered } from "./memory.ts";
import classes from "./try.module.css";

/** What a step remembers, before and after a message. */
export function MemoryTable(told: Parameters<typeof remembered>[0]) {
  const lines = remembered(told);
  if (lines.length === 0) return t("memory.none");
  return (
    <table className={classes.memory}>
      <thead>
        <tr>
          <th scope="col">
            <span className="unseen">{t("memory.what")}</span>
          </th>
          <th scope="col">{t("memory.before")}</th>
          <th scope="col">{t("memory.after")}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, before, after }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several may have one name
          <tr key={index} data-changed={before !== after}>
            <th scope="row">{name}</th>
            <td>{before ?? "–"}</td>
            <td>{after ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
