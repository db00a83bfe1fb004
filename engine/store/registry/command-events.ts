import type { Selectable } from "kysely";
import type { CommandResult } from "../../model/command.ts";
import type { Value } from "../../model/value.ts";
import type { Session } from "./database.ts";
import type { Happening } from "./happenings.ts";
import type { Tables } from "./schema.ts";

type Row = Selectable<Tables["commands"]>;

/** What lanes are to hear of commands that were approved or came to their end: their nodes, and the inputs that ask. */
export async function commandEvents(tx: Session, rows: readonly Row[], at: number): Promise<Happening[]> {
  if (rows.length === 0) return [];
  const named = await tx
    .selectFrom("devices")
    .select(["id", "name"])
    .where("id", "in", [...new Set(rows.map(({ device }) => device))])
    .execute();
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return rows.flatMap((row) => eventsOf(row, names.get(row.device) ?? null, at));
}

function eventsOf(row: Row, deviceName: string | null, at: number): Happening[] {
  const { device, method, params, answer, flow, node, alarm } = row;
  const id = Number(row.id);
  const reason = reasonOf(row);
  const state = row.state as CommandResult["state"] | "queued";
  const happenings: Happening[] = [];
  if (row.ref !== null && row.origin !== null && flow !== null && node !== null) {
    const command = { id, device, deviceName, method, state, answer, reason };
    const said = state === "queued" ? "approved" : state;
    const result: CommandResult = { ref: row.ref, of: row.targets, state: said, command };
    const alarmId = alarm === null ? {} : { alarmId: alarm };
    happenings.push({ entry: { type: "result", device: row.origin, at, flow, node, result, ...alarmId } });
  }
  if (state === "queued") return happenings;
  const values = { state, method, params, answer, reason, id, flow, node };
  const by = flow === null ? {} : { by: flow };
  happenings.push({
    asks: "command-result",
    entry: { type: "event", event: "command-result", device, at, values, ...by },
  });
  return happenings;
}

/** Why it ended so, for the flow and whoever reads the alarm that comes of it. */
function reasonOf({ state, reason, answer, timeout_ms, attempts }: Row): string | null {
  if (reason !== null) return reason;
  switch (state) {
    case "timed_out": {
      const times = attempts > 0 ? `, sent ${attempts + 1} times` : "";
      return `The device did not answer within ${timeout_ms / 1000} s${times}.`;
    }
    case "expired":
      return "Its time to live was over before it was sent.";
    case "failed":
      return errorOf(answer);
    default:
      return null;
  }
}

function errorOf(answer: Value): string {
  const error =
    typeof answer === "object" && answer !== null && !Array.isArray(answer) ? answer.error : undefined;
  if (typeof error === "string") return error.slice(0, 500);
  return "The device answered that it failed.";
}
