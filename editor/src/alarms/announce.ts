import type { Alarm } from "../../../engine/model/alarm.ts";
import { severities } from "../../../engine/model/alarm.ts";
import { t } from "../text/text.ts";

const gatherMs = 2000;

let text = "";
let fresh: Alarm[] = [];
const watchers = new Set<() => void>();

function sentence(alarms: Alarm[]): string {
  const [worst] = alarms.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  if (!worst) return "";
  const severity = t(`severity.${worst.severity}`).toLowerCase();
  const what = t("alarm.newOne", { severity, alarm: worst.type, device: worst.deviceName });
  return alarms.length === 1 ? t("alarm.new", { what }) : t("alarm.newMany", { count: alarms.length, what });
}

/** Speaks of a new alarm; several that come close together make one sentence. */
export function announceAlarm(alarm: Alarm) {
  if (alarm.status !== "active" || alarm.acknowledged) return;
  fresh.push(alarm);
  if (fresh.length > 1) return;
  setTimeout(() => {
    text = sentence(fresh);
    fresh = [];
    for (const watcher of watchers) watcher();
  }, gatherMs);
}

export const announcement = {
  subscribe(watcher: () => void) {
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  },
  text: () => text,
};
