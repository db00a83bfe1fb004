import type { DeadLetter } from "../model/dead-letter.ts";
import { readAttributes, readTelemetry, type Unreadable } from "./readings.ts";

/** What keeps the payload of a dead letter from being taken; undefined when nothing does. */
export function unreadable(text: string, type: DeadLetter["type"], atNode: boolean): Unreadable | undefined {
  const bounds = { arrivedAt: 0, maxAheadMs: Number.MAX_SAFE_INTEGER };
  const read = type === "attributes" && !atNode ? readAttributes(text) : readTelemetry(text, bounds);
  return "code" in read ? read : undefined;
}
