import { ActionIcon, Button, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../text/text.ts";
import { PlusIcon, TrashIcon } from "../ui/icons.tsx";
import { Scroll } from "../ui/scroll.tsx";
import { columnsOf, offsetMs, type Row, readRows } from "./sample.ts";
import classes from "./try.module.css";

interface SampleProps {
  rows: readonly Row[];
  /** Names to show as columns even while no row has them. */
  names: readonly string[];
  change: (rows: Row[]) => void;
}

/** The messages to try: one a row, one field a column. */
export function SampleTable({ rows, names, change }: SampleProps) {
  const [added, setAdded] = useState<string[]>([]);
  const [name, setName] = useState("");
  const columns = [...new Set([...columnsOf(rows), ...names, ...added])];
  const put = (index: number, row: Row) => change(rows.map((old, at) => (at === index ? row : old)));
  const last = rows.at(-1);
  const before = rows.at(-2);
  const addRow = () => {
    const gap = Math.max(10_000, (offsetMs(last?.after ?? "") ?? 0) - (offsetMs(before?.after ?? "") ?? 0));
    const at = last ? (offsetMs(last.after) ?? 0) + gap : 0;
    change([...rows, { after: `${Math.round(at / 1000)}s`, cells: { ...last?.cells } }]);
  };
  return (
    <>
      <Scroll className={classes.sample} label={t("trial.sample")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("trial.at")}</th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own
              <tr key={index}>
                <td>
                  <input
                    aria-label={t("trial.timeOf", { number: index + 1 })}
                    aria-invalid={offsetMs(row.after) === undefined}
                    value={row.after}
                    onChange={(event) => put(index, { ...row, after: event.currentTarget.value })}
                  />
                </td>
                {columns.map((column) => (
                  <td key={column}>
                    <input
                      aria-label={t("trial.cell", { column, number: index + 1 })}
                      value={row.cells[column] ?? ""}
                      onChange={(event) =>
                        put(index, { ...row, cells: { ...row.cells, [column]: event.currentTarget.value } })
                      }
                    />
                  </td>
                ))}
                <td>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size={28}
                    aria-label={t("trial.removeRow", { number: index + 1 })}
                    onClick={() => change(rows.filter((_, at) => at !== index))}
                  >
                    <TrashIcon size={14} />
                  </ActionIcon>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <div className={classes.row}>
        <Button size="xs" variant="default" leftSection={<PlusIcon size={12} />} onClick={addRow}>
          {t("trial.addRow")}
        </Button>
        <form
          className={classes.row}
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) setAdded([...added, name.trim()]);
            setName("");
          }}
        >
          <TextInput
            size="xs"
            aria-label={t("trial.fieldName")}
            placeholder={t("trial.fieldName")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" variant="default">
            {t("trial.addField")}
          </Button>
        </form>
      </div>
      <PasteJson change={change} />
    </>
  );
}

function PasteJson({ change }: Pick<SampleProps, "change">) {
  const [text, setText] = useState("");
  const rows = readRows(text);
  return (
    <details className={classes.paste}>
      <summary>{t("trial.paste")}</summary>
      <Textarea
        aria-label={t("trial.paste")}
        autosize
        minRows={2}
        maxRows={8}
        placeholder='[{"ts": 1700000000000, "values": {"speed": 41}}]'
        spellCheck={false}
        value={text}
        error={text.trim() !== "" && !rows ? t("trial.noMessages") : undefined}
        onChange={(event) => {
          setText(event.currentTarget.value);
          const read = readRows(event.currentTarget.value);
          if (read) change(read);
        }}
      />
    </details>
  );
}
