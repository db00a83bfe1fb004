import * as z from "zod";
import { reachedAs } from "./message.ts";

export const deadLetterStates = ["open", "replaying", "replayed", "discarded"] as const;

export const deadLetterSchema = z.object({
  id: z.string(),
  reason: z.string().meta({ description: "Stable code" }),
  message: z.string().meta({ description: "What went wrong and how to mend it" }),
  state: z
    .enum(deadLetterStates)
    .meta({ description: "replaying: on its way into the lane; replayed: the lane has taken it" }),
  device: z.string().nullable(),
  deviceName: z.string().nullable().meta({ description: "null where there is no such device now" }),
  flow: z.string().nullable(),
  version: z.int().nullable(),
  node: z.string().nullable(),
  arrivedAt: z.iso.datetime(),
  type: z
    .enum(reachedAs)
    .nullable()
    .meta({ description: "What it was sent as; null where it was nothing that a lane takes" }),
  raw: z.string().optional().meta({ description: "The bytes as they came, base64; left out of brief lists" }),
  payload: z
    .string()
    .nullable()
    .optional()
    .meta({ description: "JSON text that a replay sends instead of the bytes: edited, or as a node got it" }),
  editedAt: z.iso.datetime().nullable(),
  replayedAt: z.iso.datetime().nullable(),
  replayVersion: z
    .int()
    .nullable()
    .meta({ description: "The version that was chosen for its replay; null: the one that runs" }),
  replayOf: z
    .string()
    .nullable()
    .meta({ description: "The dead letter whose replay failed and became this one" }),
  again: z.string().nullable().meta({ description: "The dead letter that its replay became" }),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/** Which dead letters: what is left out does not matter. */
export interface DeadLetterFilter {
  state?: DeadLetter["state"] | undefined;
  device?: string | undefined;
  flow?: string | undefined;
  node?: string | undefined;
  reason?: string | undefined;
}

/** These came from, or belong to, something else than the device they name; or they never were a message. */
const neverReplayed = new Set([
  "not_behind_gateway",
  "invalid_gateway_message",
  "bad_request",
  "forward_stale",
  "point_refused",
  "notification_failed",
]);

/** Whether a replay could make sense; it may still need a mended payload. */
export function isReplayable({ device, reason }: Pick<DeadLetter, "device" | "reason">): boolean {
  return device !== null && !neverReplayed.has(reason);
}

/** Whether its payload can be mended; what happened to a device, a tick or the end of a command is as it is. */
export function isMendable({ type }: Pick<DeadLetter, "type">): boolean {
  return type === null || type === "telemetry" || type === "attributes";
}

/** Whether a replay goes on from the node that failed, instead of through all flows. */
export function resumesAtNode({
  flow,
  node,
  payload,
}: Pick<DeadLetter, "flow" | "node" | "payload">): boolean {
  return flow !== null && node !== null && typeof payload === "string";
}
