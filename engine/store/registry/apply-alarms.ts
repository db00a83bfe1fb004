import { type Selectable, sql } from "kysely";
import type { Alarm, AlarmChange } from "../../model/alarm.ts";
import type { ClearEffect, RaiseEffect, UpdateEffect } from "../../model/effect.ts";
import { storableJson } from "../../model/storable-json.ts";
import { insertChanges, type NewChange } from "./alarm-changes.ts";
import { toAlarm } from "./alarms.ts";
import type { Session } from "./database.ts";
import { instant } from "./instant.ts";
import type { Tables } from "./schema.ts";

type AlarmEffect = RaiseEffect | UpdateEffect | ClearEffect;
type Place = Pick<Alarm, "device" | "flow" | "node" | "type">;

/**
 * Plays raises, updates and clears in order over the alarms that are active now, then writes what came of it: the ones
 * that were there, and the new ones, in their final state. Gives the alarm as it was after each change.
 */
export async function applyAlarms(
  tx: Session,
  effects: readonly AlarmEffect[],
): Promise<{ alarm: Alarm; change: AlarmChange }[]> {
  if (effects.length === 0) return [];
  const active = await activeAt(tx, effects);
  const changed = new Map<string, Alarm>();
  const raised = new Map<string, Alarm>();
  const changes: { alarm: Alarm; change: AlarmChange }[] = [];

  const kept: NewChange[] = [];

  const put = (alarm: Alarm, change: AlarmChange, { at, cause }: AlarmEffect) => {
    (change === "raised" || raised.has(alarm.id) ? raised : changed).set(alarm.id, alarm);
    changes.push({ alarm, change });
    kept.push({ alarm: alarm.id, change, at, severity: alarm.severity, cause });
  };

  for (const effect of effects) {
    const place = placeOf(effect);
    const before = active.get(place);
    if (effect.type === "update") {
      if (!before) continue;
      const after: Alarm = { ...before, severity: effect.severity, details: effect.details };
      active.set(place, after);
      put(after, "updated", effect);
      continue;
    }
    if (before) put({ ...before, status: "cleared", clearedAt: instant(effect.at) }, "cleared", effect);
    active.delete(place);
    if (effect.type === "clear") continue;
    const alarm = toNewAlarm(effect);
    active.set(place, alarm);
    put(alarm, "raised", effect);
  }
  await writeChanged(tx, [...changed.values()]);
  await insertRaised(tx, [...raised.values()]);
  await insertChanges(tx, kept);
  return changes;
}

async function activeAt(tx: Session, effects: readonly AlarmEffect[]) {
  const places = new Map(effects.map((effect) => [placeOf(effect), toPlace(effect)]));
  const { rows } = await sql<Selectable<Tables["alarms"]>>`
    select a.* from json_to_recordset(${storableJson([...places.values()])}::json)
      as p(device text, flow text, node text, type text)
    join millrace.alarms a on a.status = 'active' and a.device = p.device collate "C"
      and a.flow = p.flow collate "C" and a.node = p.node and a.type = p.type
    for update of a`.execute(tx);
  return new Map(rows.map((row) => [placeText(row), toAlarm(row)]));
}

async function writeChanged(tx: Session, changed: readonly Alarm[]) {
  if (changed.length === 0) return;
  const rows = changed.map(({ id, status, severity, clearedAt, details }) => ({
    id,
    status,
    severity,
    clearedAt,
    details,
  }));
  await sql`
    update millrace.alarms a
    set status = c.status, severity = c.severity, cleared_at = c."clearedAt", details = c.details
    from json_to_recordset(${storableJson(rows)}::json)
      as c(id text, status text, severity text, "clearedAt" timestamptz, details json)
    where a.id = c.id collate "C"`.execute(tx);
}

async function insertRaised(tx: Session, alarms: readonly Alarm[]) {
  if (alarms.length === 0) return;
  await sql`
    insert into millrace.alarms
      (id, type, severity, status, device, device_name, flow, node, raised_at, cleared_at, details, cause)
    select id, type, severity, status, device, "deviceName", flow, node, "raisedAt", "clearedAt", details, cause
    from json_to_recordset(${storableJson(alarms)}::json) as r(id text, type text, severity text, status text,
      device text, "deviceName" text, flow text, node text, "raisedAt" timestamptz, "clearedAt" timestamptz,
      details json, cause json)
    on conflict (id) do nothing`.execute(tx);
}

function toNewAlarm(effect: RaiseEffect): Alarm {
  // Its steps are kept with the change, so that lists of alarms stay small.
  const { steps: _, ...cause } = effect.cause;
  return {
    ...toPlace(effect),
    id: effect.id,
    severity: effect.severity,
    status: "active",
    acknowledged: false,
    deviceName: effect.deviceName,
    raisedAt: instant(effect.at),
    clearedAt: null,
    acknowledgedAt: null,
    details: effect.details,
    cause,
  };
}

const toPlace = ({ device, flow, node, alarm }: AlarmEffect): Place => ({
  device,
  flow,
  node,
  type: alarm,
});
const placeOf = (effect: AlarmEffect) => placeText(toPlace(effect));
const placeText = ({ device, flow, node, type }: Place) => storableJson([device, flow, node, type]);
