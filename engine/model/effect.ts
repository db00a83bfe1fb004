import type { Severity } from "./alarm.ts";
import type { ComparedThing, Told, Verdict } from "./candidate.ts";
import type { ExplainedCause } from "./cause.ts";
import type { CommandTarget } from "./command.ts";
import type { DeviceContext } from "./device.ts";
import type { Flow } from "./flow.ts";
import type { Message, ReachedAs } from "./message.ts";
import type { Point } from "./point.ts";
import type { Value, Values } from "./value.ts";

/** What a node wants done, before the run gives it an id and says where it came from. */
export type Wish =
  | ({ type: "point" } & Point)
  | { type: "raise"; alarm: string; severity: Severity; details: Values }
  /** The alarm that is active gets another severity and other details; the cause of its coming stays. */
  | { type: "update"; alarm: string; severity: Severity; details: Values }
  | { type: "clear"; alarm: string }
  /** Tells somebody by a channel. */
  | ({ type: "notify" } & NotifyWish)
  | ({ type: "command" } & CommandWish);

interface NotifyWish {
  channel: string;
  title: string;
  text: string;
  values: Values;
  /** What its node calls it; left out where the node does not ask what comes of it. */
  ref?: string;
}

interface CommandWish {
  method: string;
  params: Value;
  timeoutMs: number;
  ttlMs: number;
  /** What its node calls it; left out where the node does not ask how it ends. */
  ref?: string;
  /** Left out: the device itself. */
  to?: CommandTarget;
  retries?: number;
  /** One command for each device, node and key. */
  key?: string;
  /** A person has to approve it first. */
  approval?: true;
  /** Why it must not be sent: it is noted as failed, and goes no further. */
  refused?: string;
}

interface Origin {
  /** `<lane>:<sequence>:<n>`: the same on every run, so that doing it twice does it once. */
  id: string;
  device: string;
  /** When it happened, by the data's own clock, in milliseconds since the epoch. */
  at: number;
}

export interface FromNode extends Origin {
  flow: string;
  version: number;
  node: string;
  /** The canary whose node it is. */
  candidate?: number;
}

export interface RaiseEffect extends FromNode {
  type: "raise";
  alarm: string;
  severity: Severity;
  details: Values;
  deviceName: string;
  cause: ExplainedCause;
}

/** Changes the active alarm of the place; does nothing where there is none. */
export interface UpdateEffect extends FromNode {
  type: "update";
  alarm: string;
  severity: Severity;
  details: Values;
  /** Missing in effects that an older version left in the outbox, as in the next two. */
  cause?: ExplainedCause;
}

export interface ClearEffect extends FromNode {
  type: "clear";
  alarm: string;
  cause?: ExplainedCause;
}

export interface CommandEffect extends FromNode, CommandWish {
  type: "command";
  cause?: ExplainedCause;
  /** The alarm raised on the way, if any. */
  alarmId?: string;
}

/**
 * A message on its way to the lane of its key, where the flow goes on at the node. `device` is the key's id, `at` the
 * message's event time. Within a lane ids rise, and forwards are delivered in that order.
 */
export interface ForwardEffect extends FromNode {
  type: "forward";
  /** What stands for the device from here on. */
  key: DeviceContext;
  /** The device that sent the message. */
  sender: string;
  message: Pick<Message, "id" | "type" | "arrivedAt" | "values">;
  /** Ids of the nodes before. */
  path: readonly string[];
  /** The alarm raised on the way, if any. */
  alarmId?: string;
  /** Of the deployment that the sending lane ran. */
  revision: number;
  /** The shadow whose node it is: it goes on in that shadow alone. */
  shadow?: number;
  /** The dead letter whose replay it comes from. */
  replayOf?: string;
  /** The version itself, where a replay brought it: it goes on in that one. */
  brought?: Flow;
}

export interface NotifyEffect extends FromNode, NotifyWish {
  type: "notify";
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
  /** The canary whose node failed. */
  candidate?: number;
  /** The bytes as they came, base64. */
  raw: string;
  /** What it was sent as; missing where it was none of these. */
  upload?: ReachedAs;
  /** What a replay sends instead of the bytes: the message as it reached the node that failed. */
  payload?: string;
  /** Id of the dead letter that was replayed, and failed again. */
  replayOf?: string;
}

/** A lane has taken the replay of a dead letter, whether or not it went well. */
export interface ReplayedEffect extends Origin {
  type: "replayed";
  letter: string;
  number: number;
  /** It became a dead letter again. */
  failed: boolean;
}

/** How what a shadow did stands to what the live version did. Does nothing but be counted and shown. */
export interface ComparedEffect extends Origin {
  type: "compared";
  candidate: number;
  what: ComparedThing;
  /** The alarm, the command's method, the channel, or the node that failed. */
  subject: string;
  deviceName: string;
  verdict: Verdict;
  /** The effect that told of the first of the two as this; its verdict no longer holds. */
  instead?: { id: string; verdict: "new" | "gone" };
  live?: Told;
  shadow?: Told;
}

/** What leaves an evaluation beside points. */
export type Effect =
  | RaiseEffect
  | UpdateEffect
  | ClearEffect
  | CommandEffect
  | ForwardEffect
  | NotifyEffect
  | AttributesEffect
  | DeadLetterEffect
  | ReplayedEffect
  | ComparedEffect;
