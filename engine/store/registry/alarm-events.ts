import type { Alarm, AlarmChange } from "../../model/alarm.ts";
import type { Happening } from "./happenings.ts";

/** What lanes are to hear of an alarm that changed, for the inputs that ask. `by`: the flow that did it; left out for an operator. */
export function alarmEvent(alarm: Alarm, change: AlarmChange, at: number, by?: string): Happening {
  const { id, type, severity, status, acknowledged, details, device, flow, node } = alarm;
  const values = { change, alarm: type, severity, status, acknowledged, details, alarmId: id, flow, node };
  const entry = { type: "event", event: "alarm-change", device, at, values, ...(by && { by }) } as const;
  return { asks: "alarm-change", entry };
}
