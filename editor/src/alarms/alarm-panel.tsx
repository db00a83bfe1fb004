import type { Alarm } from "../../../engine/model/alarm.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { isKey } from "../../../engine/nodes/by.ts";
import { GroupIcon } from "../flows/group-icon.tsx";
import { describe, type Kinds } from "../flows/kind-info.ts";
import { useKinds } from "../flows/kinds.ts";
import { kindOf } from "../flows/outputs.ts";
import { useFlows, useVersion } from "../flows/queries.ts";
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
export function AlarmPanel({ id, close }: { id: string; close: () => void }) {
  const query = useAlarm(id);
  const alarm = query.data;
  return (
    <Panel
      title={alarm?.type ?? t("alarm.name")}
      subtitle={alarm && <StatusLine alarm={alarm} />}
      close={close}
    >
      {alarm ? <Details alarm={alarm} /> : <Pending query={query} what={t("alarm.the")} />}
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

function Details({ alarm }: { alarm: Alarm }) {
  const { cause, details } = alarm;
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
        <Path alarm={alarm} />
      </Section>
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

/** The steps that the message took, as the flow was at that time. */
function Path({ alarm }: { alarm: Alarm }) {
  const { flow: id, cause } = alarm;
  const summary = useFlows().data?.find((flow) => flow.id === id);
  const flow = useVersion(id, cause.version).data;
  const kinds = useKinds().data;
  const names = { flow: summary?.name ?? id, version: cause.version };
  const running = summary?.live === cause.version ? "alarm.flowSame" : "alarm.flowOther";
  return (
    <>
      <p className={classes.note}>{t(summary?.live ? running : "alarm.flowAway", names)}</p>
      <ol className={classes.path}>
        {cause.path.map((node) => (
          <Step key={node} node={node} flow={flow} kinds={kinds} />
        ))}
      </ol>
    </>
  );
}

function Step({ node: id, flow, kinds }: { node: string; flow: Flow | undefined; kinds: Kinds | undefined }) {
  const node = flow?.nodes.find((each) => each.id === id);
  if (!flow || !node || !kinds) return <li>{id}</li>;
  const kind = kindOf(node, kinds);
  return (
    <li>
      <a href={hashOf({ view: "flows", flow: flow.id, node: id })}>
        <GroupIcon group={kind.group} size={24} />
        <span>
          <strong>{node.name ?? id}</strong>
          <br />
          {describe(node, kind)}
        </span>
      </a>
    </li>
  );
}
