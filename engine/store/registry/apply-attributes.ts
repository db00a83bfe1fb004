import { sql } from "kysely";
import type { AttributesEffect } from "../../model/effect.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Values } from "../../model/value.ts";
import type { Applied } from "../registry.ts";
import type { Session } from "./database.ts";

/**
 * Merges what devices reported into their client attributes; null deletes a name. Gives one entry per device that
 * changed; devices that are gone, or that reported what was known, are left out.
 */
export async function applyAttributes(
  tx: Session,
  effects: readonly AttributesEffect[],
): Promise<Applied["attributes"]> {
  if (effects.length === 0) return [];
  const reported = new Map<string, Values>();
  for (const { device, values } of effects) reported.set(device, { ...reported.get(device), ...values });

  const rows = [...reported].map(([id, values]) => ({
    id,
    // A null is set first and then deleted, so only the names matter.
    set: values,
    gone: Object.keys(values).filter((name) => values[name] === null),
  }));
  const { rows: changed } = await sql<{ id: string }>`
    update millrace.devices d
    set client = (d.client || r.set) - r.gone, revision = d.revision + 1
    from json_to_recordset(${storableJson(rows)}::json) as r(id text, set jsonb, gone text[])
    where d.id = r.id collate "C" and d.client is distinct from (d.client || r.set) - r.gone
    returning d.id`.execute(tx);
  const ids = new Set(changed.map((row) => row.id));
  return [...reported].filter(([device]) => ids.has(device)).map(([device, values]) => ({ device, values }));
}
