import type { ReactNode } from "react";
import type { Cell, NewTable } from "../../../engine/model/table.ts";
import { t } from "../text/text.ts";
import { Scroll } from "../ui/scroll.tsx";
import { words } from "../ui/words.ts";
import classes from "./tables.module.css";

const shown = 50;

interface RowsProps {
  columns: NewTable["columns"];
  keyColumn: string;
  rows: readonly Cell[][];
  /** Stands below the name of a column. */
  below?: (at: number) => ReactNode;
}

/** The first rows of a table. */
export function Rows({ columns, keyColumn, rows, below }: RowsProps) {
  return (
    <>
      <Scroll className={classes.rows} label={t("tables.preview")}>
        <table className={classes.table}>
          <thead>
            <tr>
              {columns.map(({ name, type }, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their places, and two may have one name
                <th key={at} scope="col" data-number={type === "number"}>
                  {name}
                  {name === keyColumn && <span className={classes.key}>{t("tables.isKey")}</span>}
                  {below?.(at)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows keep their places
              <tr key={index}>
                {columns.map(({ type }, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: so do columns
                  <td key={at} data-number={type === "number"}>
                    {row[at] === null || row[at] === "" ? "–" : words(row[at])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {rows.length > shown && (
        <p className={classes.more}>{t("tables.more", { count: rows.length - shown })}</p>
      )}
    </>
  );
}
