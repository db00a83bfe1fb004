import type { Cause, Severity } from "./alarm.ts";
import type { Point } from "./point.ts";
import type { Value, Values } from "./value.ts";

/** What a node wants done, before the run gives it an id and says where it came from. */
export type Wish =
  | ({ type: "point" } & Point)
  | { type: "raise"; alarm: string; severity: Severity; details: Values }
  /** The alarm that is active gets another severity and other details; its cause stays. */
  | { type: "update"; alarm: string; severity: Severity; details: Values }
  | { type: "clear"; alarm: string }
  /** Tells somebody by a channel. */
  | { type: "notify"; channel: string; title: string; text: string; values: Values }
  | { type: "command"; method: string; params: Value; timeoutMs: number; ttlMs: number };

interface Origin {
  /** `<lane>:<sequence>:<n>`: the same on every run, so that doing it twice does it once. */
  id: string;
  device: string;
  /** When it happened, by the data's own clock, in milliseconds since the epoch. */
  at: number;
}

interface FromNode extends Origin {
  flow: string;
  version: number;
  node: string;
}

export interface RaiseEffect extends FromNode {
  type: "raise";
  alarm: string;
  severity: Severity;
  details: Values;
  deviceName: string;
  cause: Cause;
}

/** Changes the active alarm of the place; does nothing where there is none. */
export interface UpdateEffect extends FromNode {
  type: "update";
  alarm: string;
  severity: Severity;
  details: Values;
}

export interface ClearEffect extends FromNode {
  type: "clear";
  alarm: string;
}

export interface CommandEffect extends FromNode {
  type: "command";
  method: string;
  params: Value;
  timeoutMs: number;
  ttlMs: number;
  /** The alarm raised on the way, if any. */
  alarmId?: string;
}

export interface NotifyEffect extends FromNode {
  type: "notify";
  channel: string;
  title: string;
  text: string;
  values: Values;
  deviceName: string;
  /** The alarm raised on the way, if any. */
  alarmId?: string;
}

/** The device reported attributes of its own. */
export interface AttributesEffect extends Origin {
  type: "attributes";
  values: Values;
}

export interface DeadLetterEffect extends Origin {
  type: "dead-letter";
  reason: string;
  message: string;
  flow?: string;
  version?: number;
  node?: string;
  /** The bytes as they came, base64. */
  raw: string;
}

/** What leaves an evaluation beside points. */
export type Effect =
  | RaiseEffect
  | UpdateEffect
  | ClearEffect
  | CommandEffect
  | NotifyEffect
  | AttributesEffect
  | DeadLetterEffect;
