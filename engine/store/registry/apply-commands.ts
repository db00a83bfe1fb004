import { type Selectable, sql } from "kysely";
import type { Command, CommandResult } from "../../model/command.ts";
import type { CommandEffect } from "../../model/effect.ts";
import { storableJson } from "../../model/storable-json.ts";
import { targetsOf } from "./command-targets.ts";
import { toCommand } from "./commands.ts";
import type { Session } from "./database.ts";
import type { Happening } from "./happenings.ts";
import { instant } from "./instant.ts";
import type { Tables } from "./schema.ts";

/** A command that goes to one device, of a flow's command that may go to many. */
interface Order {
  effect: CommandEffect;
  device: string;
  key: string;
  of: number;
}

/**
 * Queues commands for the devices that they go to, in order, and says what their nodes must hear at once: that nobody is
 * there to take them, or that their key was used before. `now` in ms: a device's clock that is behind must not shorten a
 * command's life.
 */
export async function applyCommands(
  tx: Session,
  effects: readonly CommandEffect[],
  now: number,
): Promise<{ commands: Command[]; happenings: Happening[] }> {
  if (effects.length === 0) return { commands: [], happenings: [] };
  const happenings: Happening[] = [];
  const orders: Order[] = [];
  for (const effect of effects) {
    const found =
      effect.to && effect.refused === undefined ? await targetsOf(tx, effect.to) : [effect.device];
    if (!Array.isArray(found)) {
      happenings.push(...resultOf(effect, { of: 0, state: "failed", reason: found.reason }, now));
      continue;
    }
    const key = effect.key === undefined ? effect.id : `key:${effect.flow}/${effect.node}/${effect.key}`;
    for (const device of found) orders.push({ effect, device, key, of: found.length });
  }
  const made = await insert(tx, orders, now);
  const fresh = new Set(made.map(placeOf));
  // Of two with one key, the first is the one that was made.
  for (const order of orders)
    if (!fresh.delete(placeOf(order)))
      happenings.push(...resultOf(order.effect, { of: order.of, state: "repeated", reason: null }, now));
  return { commands: made.map(toCommand), happenings };
}

const placeOf = ({ device, key }: { device: string; key: string }) => `${device} ${key}`;

async function insert(
  tx: Session,
  orders: readonly Order[],
  now: number,
): Promise<Selectable<Tables["commands"]>[]> {
  const rows = orders.map(({ effect, device, key, of }, index) => ({
    index,
    key,
    device,
    method: effect.method,
    params: effect.params,
    state: effect.refused !== undefined ? "failed" : effect.approval ? "waiting_approval" : "queued",
    timeout_ms: effect.timeoutMs,
    expires_at: instant(Math.max(effect.at, now) + effect.ttlMs),
    finished_at: effect.refused === undefined ? undefined : instant(now),
    flow: effect.flow,
    node: effect.node,
    alarm: effect.alarmId,
    retries: effect.retries ?? 0,
    reason: effect.refused,
    origin: effect.device,
    ref: effect.ref,
    targets: of,
    cause: effect.cause,
  }));
  const { rows: made } = await sql<Selectable<Tables["commands"]>>`
    insert into millrace.commands (key, device, method, params, state, timeout_ms, expires_at, created_at, finished_at,
      flow, node, alarm, retries, reason, origin, ref, targets, cause)
    select key, device, method, coalesce(params, 'null'), state, timeout_ms, expires_at,
      ${instant(now)}::timestamptz, finished_at, flow, node, alarm, retries, reason, origin, ref, targets, cause
    from json_to_recordset(${storableJson(rows)}::json) as r(index int, key text, device text, method text,
      params json, state text, timeout_ms int, expires_at timestamptz, finished_at timestamptz, flow text, node text,
      alarm text, retries int, reason text, origin text, ref text, targets int, cause json)
    order by index
    on conflict (device, key) do nothing returning *`.execute(tx);
  return made;
}

function resultOf(
  { ref, device, flow, node, method, alarmId }: CommandEffect,
  { of, state, reason }: { of: number; state: "failed" | "repeated"; reason: string | null },
  at: number,
): Happening[] {
  if (ref === undefined) return [];
  const command = { id: null, device: null, deviceName: null, method, state, answer: null, reason };
  const result: CommandResult = { ref, of, state, command };
  return [{ entry: { type: "result", device, at, flow, node, result, ...(alarmId && { alarmId }) } }];
}
