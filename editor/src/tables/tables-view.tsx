import "../text/things.ts";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { TableSummary } from "../../../engine/model/table.ts";
import { hashOf, type Route } from "../route.ts";
import { t } from "../text/text.ts";
import { TableIcon } from "../ui/icons.tsx";
import { Split } from "../ui/split.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { tableQuery, useTables } from "./queries.ts";
import { TableForm } from "./table-form.tsx";
import { TablePage } from "./table-page.tsx";

const newTable = hashOf({ view: "tables", mode: "new" });

/** Tables that flows look things up in: see them, upload and change them. */
export function TablesView({ route: { name, mode } }: { route: Route }) {
  const tables = useTables();
  if (!tables.data) return <Pending query={tables} what={t("tables.list")} />;
  const shown = mode === "new" ? undefined : (name ?? tables.data[0]?.name);
  if (tables.data.length === 0 && mode !== "new") return <NoTables />;
  return (
    <Split
      title={t("tables.title")}
      action={t("tables.new")}
      add={newTable}
      items={tables.data.map((table) => ({
        name: table.name,
        note: t("tables.rows", { count: table.rowCount }),
        href: hashOf({ view: "tables", name: table.name }),
      }))}
      shown={shown}
    >
      {shown === undefined ? (
        <TableForm key="new" taken={tables.data.map((table) => table.name)} />
      ) : (
        <One key={shown} name={shown} tables={tables.data} isChanged={mode === "change"} />
      )}
    </Split>
  );
}

function One({ name, tables, isChanged }: { name: string; tables: TableSummary[]; isChanged: boolean }) {
  const summary = tables.find((table) => table.name === name);
  const table = useQuery(tableQuery(name, summary?.version));
  if (!summary) return <Empty title={t("tables.gone", { name })} />;
  if (!table.data) return <Pending query={table} what={t("tables.one")} />;
  if (isChanged) return <TableForm key={table.data.version} table={table.data} taken={[]} />;
  return <TablePage table={{ ...table.data, usedBy: summary.usedBy }} />;
}

function NoTables() {
  return (
    <Empty title={t("tables.none")} icon={<TableIcon size={24} />}>
      <p>{t("tables.noneText")}</p>
      <Button component="a" href={newTable} mt="xs">
        {t("tables.new")}
      </Button>
    </Empty>
  );
}
