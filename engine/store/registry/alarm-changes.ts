import { sql } from "kysely";
import type { AlarmChange, ChangeOfAlarm, Severity } from "../../model/alarm.ts";
import type { ExplainedCause } from "../../model/cause.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Session } from "./database.ts";
import { instant, iso } from "./instant.ts";

/** Changes of severity that are kept of one alarm, the newest; that it came and went is kept whatever comes between. */
const maxUpdates = 200;

export interface NewChange {
  alarm: string;
  change: AlarmChange;
  /** In ms. */
  at: number;
  severity: Severity;
  cause: ExplainedCause | undefined;
}

/** Keeps what became of alarms, each with its cause. */
export async function insertChanges(tx: Session, changes: readonly NewChange[]) {
  if (changes.length === 0) return;
  const rows = changes.map(({ at, ...change }, index) => ({ ...change, index, at: instant(at) }));
  await sql`
    insert into millrace.alarm_changes (alarm, change, at, severity, cause)
    select c.alarm, c.change, c.at, c.severity, c.cause from json_to_recordset(${storableJson(rows)}::json)
      as c(index int, alarm text, change text, at timestamptz, severity text, cause json)
    join millrace.alarms a on a.id = c.alarm collate "C"
    order by c.index`.execute(tx);
  const updated = new Set(changes.filter(({ change }) => change === "updated").map(({ alarm }) => alarm));
  if (updated.size > 0) await forgetOldest(tx, [...updated]);
}

async function forgetOldest(tx: Session, alarms: readonly string[]) {
  await sql`
    delete from millrace.alarm_changes where seq in (
      select seq from (
        select seq, row_number() over (partition by alarm order by seq desc) as place
        from millrace.alarm_changes
        where change = 'updated' and alarm in (select json_array_elements_text(${JSON.stringify(alarms)}::json) collate "C")
      ) as updates where place > ${maxUpdates}
    )`.execute(tx);
}

/** What became of the alarm, the oldest first. */
export async function changesOf(db: Session, alarm: string): Promise<ChangeOfAlarm[]> {
  const rows = await db
    .selectFrom("alarm_changes")
    .select(["change", "at", "severity", "cause"])
    .where("alarm", "=", alarm)
    .orderBy("seq")
    .execute();
  return rows.map(({ change, at, severity, cause }) => ({ change, at: iso(at), severity, cause }));
}
