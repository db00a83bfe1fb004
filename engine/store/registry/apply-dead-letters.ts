import { sql } from "kysely";
import type { DeadLetterEffect, ReplayedEffect } from "../../model/effect.ts";
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
    type: effect.upload,
    payload: effect.payload,
    replay_of: effect.replayOf,
  }));
  await sql`
    insert into millrace.dead_letters
      (id, reason, message, device, flow, version, node, arrived_at, raw, type, payload, replay_of)
    select id, reason, message, device, flow, version, node, arrived_at, raw, type, payload, replay_of
    from json_to_recordset(${storableJson(rows)}::json) as r(index int, id text, reason text, message text,
      device text, flow text, version int, node text, arrived_at timestamptz, raw text,
      type text, payload text, replay_of text)
    order by index
    on conflict (id) do nothing`.execute(tx);
}

/** Their lanes have taken these replays. */
export async function markReplayed(tx: Session, effects: readonly ReplayedEffect[]): Promise<void> {
  if (effects.length === 0) return;
  const rows = effects.map(({ letter, number, at }) => ({ letter, number, at: instant(at) }));
  await sql`
    update millrace.dead_letters d set state = 'replayed', replayed_at = r.at
    from json_to_recordset(${storableJson(rows)}::json) as r(letter text, number bigint, at timestamptz)
    where d.id = r.letter collate "C" and d.replay = r.number and d.state = 'replaying'`.execute(tx);
}
