import type { Command, CommandState } from "./command.ts";
import type { UploadType } from "./message.ts";
import type { DeliveryClass } from "./profile.ts";
import type { Values } from "./value.ts";

/** A device that showed a valid token or certificate. */
export interface Session {
  readonly device: string;
  readonly name: string;
  readonly class: DeliveryClass;
}

/** What a device sent up, as its connector hands it over. */
export interface Upload {
  type: UploadType;
  /** JSON text, in UTF-8 or as `JSON.stringify` gives it. With `problem`, the bytes as they came. */
  payload: Uint8Array | string;
  /** Why the connector could not turn the bytes into JSON: `{code, message}`. The message becomes a dead letter. */
  problem?: { code: string; message: string };
  /** Names this very upload: 8 of A-Z a-z 0-9 - _. Two uploads of a device with one id take effect once. */
  id?: string;
  /** With `id`: look for the id only when the protocol says this is a repetition (the DUP flag of MQTT). */
  redelivered?: boolean;
}

export interface Watcher {
  /** Send it to the device now; report with `Host.commandSent`. */
  command?(command: Pick<Command, "id" | "method" | "params">): void;
  /** Shared attributes changed: only the changed ones, null where deleted. */
  attributes?(changed: Values): void;
  /** The device was deleted or its token changed: end its connections. */
  revoked?(): void;
}

/** What a connector can ask of Millrace. Implemented by the pipeline; connectors know nothing else. */
export interface Host {
  /** Resolves to undefined for an unknown token; rejects when the registry cannot be asked. */
  authenticate(token: string): Promise<Session | undefined>;
  /**
   * Takes a message. The place in the device's order is fixed synchronously, before this returns; the promise
   * settles when the sender may be told: for `industrial` after the durable enqueue, for `consumer` at once.
   * Rejects with a MillraceError `overloaded` when the sender must hold the message and try again.
   */
  accept(session: Session, upload: Upload): Promise<void>;
  /**
   * As `accept`, for the device of this name behind a gateway. A device says in its server attribute `gateway` by name
   * which gateway may speak for it; a message for any other becomes a dead letter.
   */
  acceptBehind(gateway: Session, name: string, upload: Upload): Promise<void>;
  /** Reads attributes; without names all of that scope. */
  attributes(
    session: Session,
    names: { client?: string[]; shared?: string[] },
  ): Promise<{ client: Values; shared: Values }>;
  /**
   * Tells `watcher` of commands and attribute changes until the returned function is called. Commands queued
   * while the device was away come first.
   */
  watch(session: Session, watcher: Watcher): () => void;
  /** A connection of the device opened or ended. Protocols without connections say nothing. */
  present(session: Session, protocol: "mqtt", event: "connected" | "disconnected"): void;
  commandSent(session: Session, command: number, state: Extract<CommandState, "sent" | "delivered">): void;
  /** The device's answer. `payload` is JSON text; an object with the key `error` means that the command failed. */
  answer(session: Session, command: number, payload: Upload["payload"]): Promise<void>;
  /** A message that fits no device topic or path: it becomes a dead letter. */
  reject(
    session: Session | undefined,
    problem: { code: string; message: string },
    raw: Uint8Array,
  ): Promise<void>;
  /** Counts for /metrics; `protocol` and `event` are from a small fixed set. */
  count(
    protocol: "mqtt" | "coap" | "http",
    event: "connected" | "disconnected" | "refused" | "received" | "throttled",
  ): void;
  /** Structured log, never with tokens or payloads. */
  log(level: "debug" | "info" | "warn" | "error", message: string, fields?: Record<string, unknown>): void;
}

/** Bytes of one payload; larger ones become dead letters (MQTT) or are refused as too large (HTTP, CoAP). */
export const maxPayloadBytes = 262_144;
/** Bytes of one packet; a larger length is refused before its body is read. */
export const maxPacketBytes = 2_097_152;
