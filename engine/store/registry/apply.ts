import { sql } from "kysely";
import type { Effect } from "../../model/effect.ts";
import type { Applied, Registry } from "../registry.ts";
import { alarmEvent } from "./alarm-events.ts";
import { applyAlarms } from "./apply-alarms.ts";
import { applyAttributes } from "./apply-attributes.ts";
import { applyCanaries } from "./apply-canary.ts";
import { applyCommands } from "./apply-commands.ts";
import { applyCompared } from "./apply-compared.ts";
import { insertDeadLetters, markReplayed } from "./apply-dead-letters.ts";
import type { Database, Session } from "./database.ts";
import { readDeployment } from "./deployments.ts";
import { note } from "./happenings.ts";
import { insertNotices } from "./notifications.ts";
import { prune } from "./prune.ts";

const pruneEveryMs = 3_600_000;

/** Applies effects as `Registry.apply` says, with a fixed number of statements however many effects there are. */
export function applying(db: Database): Pick<Registry, "apply"> {
  let pruneAt = 0;
  return {
    async apply(effects) {
      const now = Date.now();
      const applied = await db.transaction().execute((tx) => applyAll(tx, effects, now));
      if (now >= pruneAt) {
        pruneAt = now + pruneEveryMs;
        // What fails now is done an hour later.
        await prune(db).catch(() => {});
      }
      return applied;
    },
  };
}

async function applyAll(tx: Session, effects: readonly Effect[], now: number): Promise<Applied> {
  const fresh = await claim(tx, effects);
  const changes = await applyAlarms(tx, only(fresh, "raise", "update", "clear"));
  const { commands, happenings } = await applyCommands(tx, only(fresh, "command"), now);
  const attributes = await applyAttributes(tx, only(fresh, "attributes"));
  const notices = await insertNotices(tx, only(fresh, "notify"), now);
  await insertDeadLetters(tx, only(fresh, "dead-letter"));
  await markReplayed(tx, only(fresh, "replayed"));
  const isTakenBack = await applyCanaries(tx, fresh, now);
  await applyCompared(tx, only(fresh, "compared"));
  const alarms = changes.map(({ alarm }) => alarm);
  const told = changes.map(({ alarm, change }) => alarmEvent(alarm, change, now, alarm.flow));
  const happened = await note(tx, [...told, ...happenings], now);
  const applied = { alarms, commands, attributes, notices, happened };
  return isTakenBack ? { ...applied, rolledBack: await readDeployment(tx) } : applied;
}

/** The effects that have not taken effect yet, in order; from now on they have. */
async function claim(tx: Session, effects: readonly Effect[]): Promise<Effect[]> {
  const byId = new Map<string, Effect>();
  for (const effect of effects) if (!byId.has(effect.id)) byId.set(effect.id, effect);
  if (byId.size === 0) return [];
  const { rows } = await sql<{ id: string }>`
    insert into millrace.applied_effects (id)
    select jsonb_array_elements_text(${JSON.stringify([...byId.keys()])}::jsonb)
    on conflict do nothing returning id`.execute(tx);
  const fresh = new Set(rows.map((row) => row.id));
  return [...byId.values()].filter((effect) => fresh.has(effect.id));
}

function only<T extends Effect["type"]>(effects: readonly Effect[], ...types: T[]) {
  return effects.filter((effect): effect is Extract<Effect, { type: T }> => types.includes(effect.type as T));
}
