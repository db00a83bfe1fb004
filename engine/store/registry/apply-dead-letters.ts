import { sql } from "kysely";
import type { DeadLetterEffect } from "../../model/effect.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Session } from "./database.ts";
import { instant } from "./instant.ts";

export async function insertDeadLetters(tx: Session, effects: readonly DeadLetterEffect[]): Promise<void> {
  if (effects.length === 0) return;
  const rows = effects.map((effect, index) => ({
    index,
    id: effect.id,
    reason: effect.reason,
    message: effect.message,
    // Points and uploads without a session belong to no device.
    device: effect.device || null,
    flow: effect.flow,
    version: effect.version,
    node: effect.node,
    arrived_at: instant(effect.at),
    raw: effect.raw,
  }));
  await sql`
    insert into millrace.dead_letters (id, reason, message, device, flow, version, node, arrived_at, raw)
    select id, reason, message, device, flow, version, node, arrived_at, raw
    from json_to_recordset(${storableJson(rows)}::json) as r(index int, id text, reason text, message text,
      device text, flow text, version int, node text, arrived_at timestamptz, raw text)
    order by index
    on conflict (id) do nothing`.execute(tx);
}
