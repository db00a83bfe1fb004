import { sql } from "kysely";
import type { Bounds } from "../../model/candidate.ts";
import type { Effect } from "../../model/effect.ts";
import { counted } from "../../model/wording.ts";
import { endCandidate } from "./candidates.ts";
import type { Session } from "./database.ts";
import { record } from "./deployment-log.ts";
import { lockRevision, raiseRevision, readRevision } from "./deployments.ts";

/** The time that bounds look back over is counted in so many slices. */
const slices = 60;

interface Counted {
  errors: number;
  alarms: number;
}

/**
 * Counts errors and alarms of canaries, and takes those back that have had more than their bounds allow; `now` in ms, by
 * the server's clock. True when one was taken back.
 */
export async function applyCanaries(tx: Session, effects: readonly Effect[], now: number): Promise<boolean> {
  const counted = countedBy(effects);
  if (counted.size === 0) return false;
  // As deployments do, and before anything else of theirs is locked.
  await lockRevision(tx);
  let isAny = false;
  for (const [id, { errors, alarms }] of counted) {
    const row = await tx
      .updateTable("candidates")
      .set((now) => ({ errors: now("errors", "+", errors), alarms: now("alarms", "+", alarms) }))
      .where("id", "=", id)
      .returning(["flow", "version", "devices", "bounds"])
      .executeTakeFirst();
    if (!row?.bounds) continue;
    const reason = exceeded(row.bounds, await countLately(tx, id, row.bounds, { errors, alarms }, now));
    if (!reason) continue;
    await endCandidate(tx, row.flow);
    await raiseRevision(tx);
    const { flow, version, devices } = row;
    await record(tx, await readRevision(tx), { flow, version, devices, change: "rolled-back", reason });
    isAny = true;
  }
  return isAny;
}

function countedBy(effects: readonly Effect[]): Map<number, Counted> {
  const counted = new Map<number, Counted>();
  for (const effect of effects) {
    if ((effect.type !== "raise" && effect.type !== "dead-letter") || effect.candidate === undefined)
      continue;
    const known = counted.get(effect.candidate) ?? { errors: 0, alarms: 0 };
    known[effect.type === "raise" ? "alarms" : "errors"]++;
    counted.set(effect.candidate, known);
  }
  return counted;
}

/** How many there were within the time, those at hand among them. */
async function countLately(
  tx: Session,
  candidate: number,
  { withinMs }: Bounds,
  { errors, alarms }: Counted,
  now: number,
): Promise<Counted> {
  const slice = Math.floor(now / (withinMs / slices));
  await sql`delete from millrace.canary_counts where candidate = ${candidate} and slice <= ${slice - slices}`.execute(
    tx,
  );
  await sql`
    insert into millrace.canary_counts as c (candidate, slice, errors, alarms)
    values (${candidate}, ${slice}, ${errors}, ${alarms})
    on conflict (candidate, slice) do update
      set errors = c.errors + excluded.errors, alarms = c.alarms + excluded.alarms`.execute(tx);
  const { rows } = await sql<Counted>`
    select sum(errors)::int as errors, sum(alarms)::int as alarms from millrace.canary_counts
    where candidate = ${candidate}`.execute(tx);
  return rows[0]!;
}

function exceeded(bounds: Bounds, { errors, alarms }: Counted): string | undefined {
  const { withinMs } = bounds;
  const within = `within ${withinMs % 60_000 === 0 ? `${withinMs / 60_000} min` : `${withinMs / 1000} s`}`;
  if (bounds.errors !== undefined && errors > bounds.errors)
    return `${counted(errors, "error")} ${within}; up to ${bounds.errors} were allowed`;
  if (bounds.alarms !== undefined && alarms > bounds.alarms)
    return `${counted(alarms, "alarm")} ${within}; up to ${bounds.alarms} were allowed`;
  return undefined;
}
