import type { FlowSummary } from "../flows/queries.ts";
import { conditionSentence } from "../form/condition-words.ts";
import { t } from "../text/text.ts";
import { span } from "../ui/words.ts";
import type { DeploymentRecord, FlowCandidate } from "./queries.ts";

/** "10 % of the devices", "devices where area is north". */
export function cohortWords(devices: FlowCandidate["devices"]): string {
  if (!devices) return "";
  if ("percent" in devices) return t("beside.percentOf", { percent: devices.percent });
  return t("beside.devicesWhere", { condition: conditionSentence(devices.when as never) ?? "" });
}

/** What runs beside the live version, or what was taken back by itself; `time` tells since when. */
export function besideWords({ candidate, rolledBack }: FlowSummary, time: (iso: string) => string) {
  if (candidate) {
    const { version, mode, devices, beganAt } = candidate;
    const since = time(beganAt);
    if (mode === "shadow") return t("beside.statusShadow", { version, since });
    return devices && "percent" in devices
      ? t("beside.statusShare", { version, percent: devices.percent, since })
      : t("beside.statusChosen", { version, since });
  }
  return (
    rolledBack && t("beside.statusRolledBack", { version: rolledBack.version, time: time(rolledBack.at) })
  );
}

/** What becomes of a canary beyond its bounds. */
export function boundsWords({ errors, alarms, withinMs }: NonNullable<FlowCandidate["bounds"]>): string {
  const bounds = [
    ...(errors === undefined ? [] : [t("beside.boundErrors", { count: errors })]),
    ...(alarms === undefined ? [] : [t("beside.boundAlarms", { count: alarms })]),
  ];
  return t("beside.bounds", { bounds: bounds.join(t("beside.or")), within: span(withinMs) });
}

/** "3 errors within 10 min; up to 2 were allowed" in the language of the page. */
export function reasonWords({ change, reason }: DeploymentRecord): string | undefined {
  const [, count, thing, within, unit, most] =
    /^(\d+) (error|alarm)s? within ([\d.]+) (min|s); up to (\d+) were allowed$/.exec(reason ?? "") ?? [];
  if (change !== "rolled-back" || !within) return reason ?? undefined;
  const time = span(Number(within) * (unit === "min" ? 60_000 : 1000));
  return t(thing === "error" ? "beside.reasonErrors" : "beside.reasonAlarms", {
    count: Number(count),
    most,
    within: time,
  });
}
