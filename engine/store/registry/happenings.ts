import { type Selectable, sql } from "kysely";
import type { EventType } from "../../model/message.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Happened, Registry } from "../registry.ts";
import type { Database, Session } from "./database.ts";
import { toDevice } from "./device-row.ts";
import type { Tables } from "./schema.ts";

/** Something for a lane; with `asks`, only where a flow that runs asks for messages of that type. */
export interface Happening {
  entry: Happened;
  asks?: EventType;
}

/**
 * Notes for the lanes what happened, in the transaction in which it did; `now` in ms. True when there is something to be
 * told. Numbers begin at the time, so that they rise even where a registry was set back.
 */
export async function note(tx: Session, happenings: readonly Happening[], now: number): Promise<boolean> {
  if (happenings.length === 0) return false;
  const rows = happenings.map(({ entry, asks }, index) => ({ index, device: entry.device, asks, entry }));
  const { rows: noted } = await sql`
    with h as (
      select r.* from json_to_recordset(${storableJson(rows)}::json)
        as r(index int, device text, asks text, entry json)
      where r.asks is null
        or exists (select from millrace.deployments d where d.asks @> to_jsonb(r.asks))
        or exists (select from millrace.candidates c where c.asks @> to_jsonb(r.asks))
    ), last as (
      insert into millrace.device_event_numbers as n (device, number)
      select device, ${now * 1000}::bigint + count(*) from h group by device order by device
      on conflict (device) do update
        set number = greatest(n.number + excluded.number - ${now * 1000}::bigint, excluded.number)
      returning device, number
    )
    insert into millrace.device_events (device, number, entry)
    select h.device, last.number - count(*) over (partition by h.device)
      + row_number() over (partition by h.device order by h.index), h.entry
    from h join last on last.device = h.device collate "C"
    returning number`.execute(tx);
  return noted.length > 0;
}

type Row = { event_number: number | string; event_entry: Happened } & Selectable<Tables["devices"]>;

export function happenings(db: Database): Pick<Registry, "happened" | "toldLanes"> {
  return {
    async happened(limit) {
      const { rows } = await sql<Row>`
        select e.number as event_number, e.entry as event_entry, d.*
        from (select * from millrace.device_events order by number limit ${limit}) e
        left join millrace.devices d on d.id = e.device order by e.number`.execute(db);
      return rows.map(({ event_number, event_entry, ...device }) => ({
        entry: event_entry,
        number: Number(event_number),
        device: device.id === null ? undefined : toDevice(device),
      }));
    },

    async toldLanes(told) {
      if (told.length === 0) return;
      await sql`
        delete from millrace.device_events e
        using json_to_recordset(${storableJson(told)}::json) as r(device text, number bigint)
        where e.device = r.device collate "C" and e.number = r.number`.execute(db);
    },
  };
}
