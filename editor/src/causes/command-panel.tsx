import { CommandProgress } from "../alarms/command-progress.tsx";
import { useCommand } from "../alarms/commands.ts";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { Panel, Section } from "../ui/panel.tsx";
import { Since } from "../ui/since.tsx";
import { Pending } from "../ui/states.tsx";
import { CauseSteps } from "./cause-steps.tsx";
import classes from "./causes.module.css";
import { useExplainedCommand } from "./queries.ts";

/** How a command fared, and why the flow sent it. */
export function CommandPanel({ id, close }: { id: string; close: () => void }) {
  const query = useExplainedCommand(id);
  const command = useCommand(Number(id)).data;
  const { cause, flow, alarm } = query.data ?? {};
  return (
    <Panel
      title={query.data?.method ?? t("command.name")}
      subtitle={query.data && <Since time={query.data.createdAt} />}
      close={close}
    >
      {!query.data && <Pending query={query} what={t("command.list")} />}
      {command && (
        <Section title={t("cause.fared")}>
          <CommandProgress command={command} />
          <p className={classes.links}>
            <a href={hashOf({ view: "devices", device: command.device })}>{t("cause.toDevice")}</a>
            {flow && alarm && <a href={hashOf({ view: "flows", flow, alarm })}>{t("cause.toAlarm")}</a>}
          </p>
        </Section>
      )}
      {query.data && (
        <Section title={t("cause.sentBecause")}>
          {cause && flow ? (
            <CauseSteps flow={flow} cause={cause} />
          ) : (
            <p className={classes.note}>{t("cause.noneKept")}</p>
          )}
        </Section>
      )}
    </Panel>
  );
}
