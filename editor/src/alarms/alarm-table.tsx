import { memo } from "react";
import type { Alarm } from "../../../engine/model/alarm.ts";
import { useFlows } from "../flows/queries.ts";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { Since } from "../ui/since.tsx";
import table from "../ui/table.module.css";
import { AlarmButtons } from "./alarm-buttons.tsx";
import classes from "./alarm-table.module.css";
import { SeverityBadge } from "./severity.tsx";

/** The alarms as a table; a click anywhere on a row shows the alarm's cause. */
export function AlarmTable({ alarms, chosen }: { alarms: Alarm[]; chosen: string | undefined }) {
  const flows = useFlows().data;
  return (
    <table className={`${table.table} ${classes.table}`}>
      <thead>
        <tr>
          <th scope="col">{t("alarm.severity")}</th>
          <th scope="col">{t("alarm.name")}</th>
          <th scope="col">{t("alarm.device")}</th>
          <th scope="col" data-wide>
            {t("alarm.flow")}
          </th>
          <th scope="col">{t("alarm.since")}</th>
          <th scope="col">
            <span className="unseen">{t("alarm.actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {alarms.map((alarm) => (
          <Row
            key={alarm.id}
            alarm={alarm}
            flow={flows?.find(({ id }) => id === alarm.flow)?.name ?? alarm.flow}
            chosen={alarm.id === chosen}
          />
        ))}
      </tbody>
    </table>
  );
}

const Row = memo(function Row({ alarm, flow, chosen }: { alarm: Alarm; flow: string; chosen: boolean }) {
  const cause = hashOf({ view: "flows", flow: alarm.flow, alarm: alarm.id });
  return (
    <tr data-chosen={chosen} data-cleared={alarm.status === "cleared"}>
      <td>
        <SeverityBadge severity={alarm.severity} />
      </td>
      <td>
        <a className={table.open} href={cause} aria-current={chosen ? "true" : undefined}>
          {alarm.type}
        </a>
        {alarm.status === "cleared" && <small>{t("alarm.cleared")}</small>}
        {alarm.acknowledged && <small>{t("alarm.acknowledged")}</small>}
      </td>
      <td>{alarm.deviceName}</td>
      <td data-wide>{flow}</td>
      <td className={classes.since}>
        <Since time={alarm.raisedAt} />
      </td>
      <td>
        <div className={classes.actions}>
          <AlarmButtons alarm={alarm} compact />
        </div>
      </td>
    </tr>
  );
});
