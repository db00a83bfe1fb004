import type { Alarm, ExplainedAlarm } from "../../../engine/model/alarm.ts";
import { isKey } from "../../../engine/nodes/by.ts";
import { CauseSteps } from "../causes/cause-steps.tsx";
import { Changes } from "../causes/changes.tsx";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { Panel, Section } from "../ui/panel.tsx";
import { Since } from "../ui/since.tsx";
import { Pending } from "../ui/states.tsx";
import { ValueList } from "../ui/value-list.tsx";
import { moment } from "../ui/words.ts";
import { AlarmButtons } from "./alarm-buttons.tsx";
import classes from "./alarm-panel.module.css";
import { CommandList } from "./command-list.tsx";
import { useAlarm } from "./queries.ts";
import { SeverityBadge } from "./severity.tsx";

/** Why an alarm came, and what was done about it. */
export function AlarmPanel({
  id,
  change,
  close,
}: {
  id: string;
  change?: string | undefined;
  close: () => void;
}) {
  const query = useAlarm(id);
  const alarm = query.data;
  return (
    <Panel
      title={alarm?.type ?? t("alarm.name")}
      subtitle={alarm && <StatusLine alarm={alarm} />}
      close={close}
    >
      {alarm ? <Details alarm={alarm} change={change} /> : <Pending query={query} what={t("alarm.the")} />}
    </Panel>
  );
}

function StatusLine({ alarm }: { alarm: Alarm }) {
  const { status, acknowledged, raisedAt, clearedAt } = alarm;
  return (
    <>
      {status === "active" ? t("alarm.activeSince") : t("alarm.raised")}
      <Since time={raisedAt} />
      {clearedAt && (
        <>
          , {t("alarm.cleared")} <Since time={clearedAt} />
        </>
      )}
      {acknowledged && `, ${t("alarm.acknowledged")}`}
    </>
  );
}

function Details({ alarm, change }: { alarm: ExplainedAlarm; change: string | undefined }) {
  const { details, changes } = alarm;
  const came = changes.findIndex((each) => each.change === "raised");
  const shown = change === undefined ? came : Number(change);
  const cause = changes[shown]?.cause ?? alarm.cause;
  const differs = Object.entries(details).some(([name, value]) => cause.values[name] !== value);
  return (
    <>
      <div className={classes.top}>
        <SeverityBadge severity={alarm.severity} />
        {isKey(alarm.device) ? (
          <span>{alarm.deviceName}</span>
        ) : (
          <a href={hashOf({ view: "devices", device: alarm.device })}>{alarm.deviceName}</a>
        )}
      </div>
      <div className={classes.actions}>
        <AlarmButtons alarm={alarm} />
      </div>
      <Section title={t("alarm.cause")}>
        <CauseSteps flow={alarm.flow} cause={cause} />
      </Section>
      {changes.length > 0 && (
        <Section title={t("cause.history")}>
          <Changes alarm={alarm} shown={shown} />
        </Section>
      )}
      <Section title={t("alarm.values")}>
        <p className={classes.note}>{t("alarm.measured", { time: moment(cause.ts) })}</p>
        <ValueList values={cause.values} />
      </Section>
      {differs && (
        <Section title={t("alarm.details")}>
          <ValueList values={details} />
        </Section>
      )}
      <Section title={t("alarm.commands")}>
        <CommandList of={{ alarm: alarm.id }} none={t("alarm.noCommand")} />
      </Section>
    </>
  );
}
