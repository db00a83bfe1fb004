import { sql } from "kysely";
import type { ComparedExample } from "../../model/candidate.ts";
import type { ComparedEffect } from "../../model/effect.ts";
import { storableJson } from "../../model/storable-json.ts";
import type { Session } from "./database.ts";

/** Examples kept of each thing and verdict. */
const mostExamples = 20;

/** Counts what was compared, and keeps the newest examples. Shadows that have ended are passed over. */
export async function applyCompared(tx: Session, effects: readonly ComparedEffect[]): Promise<void> {
  if (effects.length === 0) return;
  await count(tx, effects);
  const rows = newestOf(effects).map((effect, index) => {
    const { candidate, id, what, verdict } = effect;
    return { index, candidate, id, what, verdict, example: exampleOf(effect) };
  });
  const replaced = effects.flatMap(({ candidate, instead }) =>
    instead ? [{ candidate, id: instead.id }] : [],
  );
  await sql`
    insert into millrace.shadow_examples (candidate, id, what, verdict, example)
    select r.candidate, r.id, r.what, r.verdict, r.example
    from json_to_recordset(${storableJson(rows)}::json)
      as r(index int, candidate bigint, id text, what text, verdict text, example json)
    join millrace.candidates c on c.id = r.candidate
    order by r.index
    on conflict do nothing`.execute(tx);
  await sql`
    delete from millrace.shadow_examples e using json_to_recordset(${storableJson(replaced)}::json)
      as r(candidate bigint, id text)
    where e.candidate = r.candidate and e.id = r.id collate "C"`.execute(tx);
  const touched = [...new Set(effects.map(({ candidate }) => candidate))];
  await sql`
    delete from millrace.shadow_examples where seq in (
      select seq from (
        select seq, row_number() over (partition by candidate, what, verdict order by seq desc) as place
        from millrace.shadow_examples
        where candidate in (select jsonb_array_elements_text(${JSON.stringify(touched)}::jsonb)::bigint)
      ) e where place > ${mostExamples})`.execute(tx);
}

async function count(tx: Session, effects: readonly ComparedEffect[]) {
  const counts = new Map<string, { candidate: number; what: string; verdict: string; count: number }>();
  const add = (candidate: number, what: string, verdict: string, by: number) => {
    const key = `${candidate} ${what} ${verdict}`;
    const known = counts.get(key) ?? { candidate, what, verdict, count: 0 };
    counts.set(key, { ...known, count: known.count + by });
  };
  for (const { candidate, what, verdict, instead } of effects) {
    add(candidate, what, verdict, 1);
    if (instead) add(candidate, what, instead.verdict, -1);
  }
  // In one order everywhere, or two processes would wait for each other.
  await sql`
    insert into millrace.shadow_counts as c (candidate, what, verdict, count)
    select r.candidate, r.what, r.verdict, r.count
    from json_to_recordset(${storableJson([...counts.values()])}::json)
      as r(candidate bigint, what text, verdict text, count bigint)
    join millrace.candidates on id = r.candidate
    order by 1, 2, 3
    on conflict (candidate, what, verdict) do update set count = c.count + excluded.count`.execute(tx);
}

/** No more of each thing and verdict than are kept. */
function newestOf(effects: readonly ComparedEffect[]): ComparedEffect[] {
  const seen = new Map<string, number>();
  const newest: ComparedEffect[] = [];
  for (const effect of [...effects].reverse()) {
    const key = `${effect.candidate} ${effect.what} ${effect.verdict}`;
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    if (before < mostExamples) newest.push(effect);
  }
  return newest.reverse();
}

function exampleOf({ subject, device, deviceName, live, shadow }: ComparedEffect): ComparedExample {
  return { subject, device, deviceName, ...(live && { live }), ...(shadow && { shadow }) };
}
