import type { CommandResult } from "../model/command.ts";
import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";

/** A message, or for one node alone: a tick that wakes it, how its command fared, telemetry that it watches. */
export type Input =
  | Message
  | { tick: number; device: Message["device"] }
  | { result: CommandResult; at: number; device: Message["device"] }
  | { watched: Message; device: Message["device"] };

export function idOf(input: Input): string {
  if ("tick" in input) return `tick ${input.tick}`;
  if ("result" in input) return `result ${input.result.ref}`;
  return "watched" in input ? input.watched.id : input.id;
}

export function timeOf(input: Input): number {
  if ("tick" in input) return input.tick;
  if ("result" in input) return input.at;
  return "watched" in input ? input.watched.ts : input.ts;
}

export function valuesOf(input: Input): Values {
  if ("tick" in input) return {};
  if ("result" in input) return { [input.result.field ?? "command"]: input.result.command };
  return "watched" in input ? input.watched.values : input.values;
}
