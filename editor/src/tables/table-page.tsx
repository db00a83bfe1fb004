import { Button } from "@mantine/core";
import { useState } from "react";
import type { Table } from "../../../engine/model/table.ts";
import { csvOf } from "../../../engine/rules/table-text.ts";
import { useFlows } from "../flows/queries.ts";
import { hashOf, navigate } from "../route.ts";
import { t } from "../text/text.ts";
import { DeleteDialog } from "../ui/delete-dialog.tsx";
import { ImportIcon, TrashIcon } from "../ui/icons.tsx";
import { saveFile } from "../ui/save-file.ts";
import classes from "../ui/split.module.css";
import { Card } from "../ui/split.tsx";
import { moment } from "../ui/words.ts";
import { useDeleteTable } from "./queries.ts";
import { Rows } from "./rows.tsx";

/** A table: what is in it, and which flows look things up in it. */
export function TablePage({ table }: { table: Table }) {
  const { name, description, version, updatedAt, usedBy } = table;
  const [asks, setAsks] = useState(false);
  const remove = useDeleteTable();
  return (
    <>
      <header className={classes.head}>
        <div>
          <h2>{name}</h2>
          <p>{t("tables.version", { version, time: moment(updatedAt) })}</p>
        </div>
        <div className={classes.buttons}>
          <Button component="a" size="xs" href={hashOf({ view: "tables", name, mode: "change" })}>
            {t("tables.change")}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<ImportIcon size={14} />}
            onClick={() => saveFile(`${name}.csv`, csvOf(table), "text/csv")}
          >
            {t("tables.download")}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<TrashIcon size={14} />}
            onClick={() => setAsks(true)}
          >
            {t("ui.delete")}
          </Button>
        </div>
      </header>
      <Card>
        {description && <p>{description}</p>}
        <Users ids={usedBy} />
      </Card>
      <Card title={t("tables.rows", { count: table.rowCount })}>
        <Rows columns={table.columns} keyColumn={table.key} rows={table.rows} />
      </Card>
      {asks && (
        <DeleteDialog
          title={t("tables.deleteTitle", { name })}
          text={t("tables.deleteText")}
          busy={remove.isPending}
          failure={remove.error}
          close={() => setAsks(false)}
          act={() => remove.mutate(name, { onSuccess: () => navigate({ view: "tables" }) })}
        />
      )}
    </>
  );
}

/** The flows that run and use it, as links. */
function Users({ ids }: { ids: readonly string[] }) {
  const flows = useFlows().data ?? [];
  if (ids.length === 0) return <p className={classes.muted}>{t("tables.unused")}</p>;
  return (
    <p>
      {t("tables.usedBy")}{" "}
      {ids.map((id, index) => (
        <span key={id}>
          {index > 0 && ", "}
          <a href={hashOf({ view: "flows", flow: id })}>{flows.find((flow) => flow.id === id)?.name ?? id}</a>
        </span>
      ))}
    </p>
  );
}
