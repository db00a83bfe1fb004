import type { Value, Values } from "../model/value.ts";

export interface LinkOptions {
  /** `mqtt://host:port` or `coap://host:port`. */
  url: string;
  token: string;
  /** Does what a command asks and gives the answer to send back. */
  obey(command: { method: string; params: Value }): Values;
  /** Something went wrong that the link mends by itself. */
  trouble(error: Error): void;
}

/** A station's connection to the server. */
export interface StationLink {
  /** Uploads handed over and not yet acknowledged. */
  readonly waiting: number;
  /** Resolves when the server has acknowledged it; rejects when it was refused or given up. */
  send(type: "telemetry" | "attributes", body: Values): Promise<void>;
  close(): Promise<void>;
}

/** The command in a payload such as `{"id":7,"method":"setLimit","params":{"kmh":40}}`, or undefined. */
export function readCommand(
  payload: Uint8Array,
): { id: number | undefined; method: string; params: Value } | undefined {
  let json: Value;
  try {
    json = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
  if (json === null || typeof json !== "object" || Array.isArray(json)) return undefined;
  const { id, method, params = {} } = json;
  if (typeof method !== "string") return undefined;
  return { id: typeof id === "number" ? id : undefined, method, params };
}
