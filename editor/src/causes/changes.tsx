import type { ExplainedAlarm } from "../../../engine/model/alarm.ts";
import { SeverityBadge } from "../alarms/severity.tsx";
import { hashOf } from "../route.ts";
import { t } from "../text/text.ts";
import { moment } from "../ui/words.ts";
import classes from "./causes.module.css";

/** What became of an alarm, the oldest first; each leads to why. */
export function Changes({ alarm, shown }: { alarm: ExplainedAlarm; shown: number }) {
  const { id, flow, changes } = alarm;
  return (
    <ol className={classes.changes}>
      {changes.map(({ change, at, severity, cause }, index) => {
        const said = t(`cause.change.${change}`);
        const href = hashOf({ view: "flows", flow, alarm: id, change: String(index) });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: changes are only added
          <li key={index}>
            <SeverityBadge severity={severity} />
            <span>
              {cause ? (
                <a href={href} aria-current={index === shown ? "true" : undefined}>
                  {said}
                </a>
              ) : (
                said
              )}
              <small>
                {moment(at)}
                {!cause && change !== "updated" && `, ${t("cause.byHand")}`}
              </small>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
