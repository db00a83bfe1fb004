import { ActionIcon } from "@mantine/core";
import { useActiveCounts } from "../alarms/queries.ts";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { MajorIcon, PlusIcon } from "../ui/icons.tsx";
import classes from "./flow-list.module.css";
import type { FlowSummary } from "./queries.ts";
import { RepositoryNote } from "./repository-note.tsx";
import { openDialog } from "./stage.ts";

export function FlowList({ flows, chosen }: { flows: FlowSummary[]; chosen: string }) {
  const alarms = useActiveCounts();
  return (
    <nav className={classes.list} aria-label={t("list.title")}>
      <div className={classes.head}>
        <h2>{t("list.title")}</h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("action.new")}
          title={t("action.new")}
          onClick={() => openDialog({ type: "new" })}
        >
          <PlusIcon size={18} />
        </ActionIcon>
      </div>
      <ul>
        {flows.map(({ id, name, live }) => (
          <li key={id}>
            <a
              href={hashOf({ view: "flows", flow: id })}
              aria-current={id === chosen ? "true" : undefined}
              data-live={live !== null}
            >
              <strong>{name}</strong>
              <span>
                <span className={classes.state}>
                  {live === null ? t("list.off") : t("status.live", { version: live })}
                </span>
                {(alarms[id] ?? 0) > 0 && (
                  <span className={classes.alarms}>
                    <MajorIcon size={14} />
                    {t("count.alarms", { count: alarms[id] })}
                  </span>
                )}
              </span>
            </a>
          </li>
        ))}
      </ul>
      <RepositoryNote />
    </nav>
  );
}
