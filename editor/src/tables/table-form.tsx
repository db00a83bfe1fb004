import { Alert, Button, FileInput, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useMemo, useState } from "react";
import { sentence } from "../../../engine/flow/sentence.ts";
import { identifier } from "../../../engine/model/flow.ts";
import {
  type ColumnType,
  columnTypes,
  type NewTable,
  newTableSchema,
  type Table,
} from "../../../engine/model/table.ts";
import { csvOf, readSheet, tableOf, typesOf } from "../../../engine/rules/table-text.ts";
import { hashOf, navigate } from "../route.ts";
import { saidIn, t } from "../text/text.ts";
import { Said } from "../ui/said.tsx";
import classes from "../ui/split.module.css";
import { Card } from "../ui/split.tsx";
import { useSaveTable } from "./queries.ts";
import { Rows } from "./rows.tsx";
import own from "./tables.module.css";

const maxFileBytes = 4 * 1_048_576;

/** Uploads or pastes a table, shows what was read, and saves it. `table` is the one that is changed. */
export function TableForm({ table, taken }: { table?: Table; taken: readonly string[] }) {
  const [name, setName] = useState(table?.name ?? "");
  const [description, setDescription] = useState(table?.description ?? "");
  const [text, setText] = useState(() => (table ? csvOf(table) : ""));
  const [types, setTypes] = useState<Readonly<Record<string, ColumnType>>>(() =>
    Object.fromEntries((table?.columns ?? []).map((column) => [column.name, column.type])),
  );
  const [key, setKey] = useState(table?.key);
  const [fileProblem, setFileProblem] = useState<string>();
  const save = useSaveTable();

  const sheet = useMemo(() => readSheet(text), [text]);
  const read = useMemo(() => {
    if (!sheet) return undefined;
    const guessed = typesOf(sheet);
    const chosen = sheet.names.map((column, at) => types[column] ?? guessed[at]!);
    const keyColumn = key !== undefined && sheet.names.includes(key) ? key : sheet.names[0]!;
    return tableOf(sheet, chosen, keyColumn);
  }, [sheet, types, key]);
  const problem = useMemo(() => read && problemIn({ ...read, description }), [read, description]);
  const wrongName = nameProblem(name, taken);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!read || problem || wrongName) return;
    save.mutate(
      { name, table: { ...read, description }, version: table?.version },
      { onSuccess: () => navigate({ view: "tables", name }) },
    );
  }

  return (
    <form onSubmit={submit} aria-label={table ? t("tables.changing", { name }) : t("tables.new")}>
      <header className={classes.head}>
        <h2>{table ? t("tables.changing", { name }) : t("tables.new")}</h2>
      </header>
      <Card>
        <div className={classes.form}>
          {!table && (
            <TextInput
              label={t("tables.name")}
              description={t("tables.nameHelp")}
              value={name}
              maxLength={64}
              withAsterisk
              error={name !== "" && wrongName}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
          )}
          <TextInput
            label={t("tables.description")}
            value={description}
            maxLength={500}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <FileInput
            label={t("tables.file")}
            description={t("tables.fileHelp")}
            placeholder={t("import.choose")}
            accept=".csv,.txt,.json,text/csv,application/json"
            error={fileProblem}
            onChange={async (file) => {
              setFileProblem(file && file.size > maxFileBytes ? t("tables.tooLarge") : undefined);
              if (file && file.size <= maxFileBytes) setText(await file.text());
            }}
          />
          <Textarea
            className={own.csv}
            label={t("tables.text")}
            placeholder={t("tables.example")}
            rows={6}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </div>
      </Card>
      {read && sheet && (
        <Card title={t("tables.read", { count: read.rows.length })}>
          <div className={classes.form}>
            {problem && (
              <p className={classes.wrong} role="alert">
                {problem}
              </p>
            )}
            <NativeSelect
              label={t("tables.key")}
              description={t("tables.keyHelp")}
              data={[...new Set(sheet.names)]}
              value={read.key}
              onChange={(event) => setKey(event.currentTarget.value)}
            />
            <Rows
              columns={read.columns}
              keyColumn={read.key}
              rows={read.rows}
              below={(at) => (
                <NativeSelect
                  size="xs"
                  mt={4}
                  miw={96}
                  aria-label={t("tables.typeOf", { column: sheet.names[at] })}
                  data={columnTypes.map((value) => ({ value, label: t(`value.${value}`) }))}
                  value={read.columns[at]!.type}
                  onChange={(event) =>
                    setTypes({ ...types, [sheet.names[at]!]: event.currentTarget.value as ColumnType })
                  }
                />
              )}
            />
          </div>
        </Card>
      )}
      {save.error && (
        <Alert color="red" mb="md" maw={960} role="alert">
          <Said error={save.error} />
        </Alert>
      )}
      <Group>
        <Button
          type="submit"
          loading={save.isPending}
          disabled={!read || problem !== undefined || (!table && wrongName !== undefined)}
        >
          {t("ui.save")}
        </Button>
        <Button component="a" variant="default" href={hashOf({ view: "tables", name: table?.name })}>
          {t("ui.cancel")}
        </Button>
      </Group>
    </form>
  );
}

function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (!identifier.safeParse(name).success) return t("tables.nameForm");
  return taken.includes(name) ? t("tables.nameTaken", { name }) : undefined;
}

/** What keeps the table from being saved: the row as the reader counts it, below the one with the names. */
function problemIn(table: NewTable): string | undefined {
  const [issue] = newTableSchema.safeParse(table, { error: sentence, reportInput: true }).error?.issues ?? [];
  if (!issue) return undefined;
  const [list, row, at] = issue.path;
  const what = saidIn(issue.message);
  if (list !== "rows" || typeof row !== "number") return `${t(`tables.at.${place(list)}`)} ${what}`;
  const column = typeof at === "number" ? (table.columns[at]?.name ?? "") : undefined;
  return column === undefined
    ? t("tables.at.row", { row: row + 1, what })
    : t("tables.at.cell", { row: row + 1, column, what });
}

const place = (list: PropertyKey | undefined) =>
  list === "columns" || list === "key" || list === "description" ? list : "rows";
