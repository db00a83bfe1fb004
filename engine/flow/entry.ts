import type { CommandResult } from "../model/command.ts";
import type { DeviceContext } from "../model/device.ts";
import type { ForwardEffect } from "../model/effect.ts";
import type { Deployment, Flow } from "../model/flow.ts";
import type { EventType, ReachedAs, UploadType } from "../model/message.ts";
import type { Values } from "../model/value.ts";

/** What a device sent, with all that evaluating it needs. */
export interface UploadEntry {
  type: "upload";
  device: string;
  upload: UploadType;
  arrivedAt: number;
  /** The payload; base64 where `binary`. */
  payload: string;
  binary: boolean;
  /** Identity of the upload, 8 characters, or "". */
  id: string;
  /** Whether an upload with this id taken before makes this one a repetition. */
  checkId: boolean;
  /** The device as it is now; only when it changed since the last upload of this connector. */
  context?: DeviceContext;
  /** Why the connector could not read it. */
  problem?: { code: string; message: string };
  /** It never came: it stands in a dead letter for something that has no bytes of its own. */
  standsIn?: true;
  /** It is the replay of this dead letter, asked for at this time (ms). */
  replay?: { letter: string; at: number };
}

/** A dead letter that is to be taken once more; docs/architecture.md says how that happens exactly once. */
export interface ReplayEntry {
  type: "replay";
  /** Rises from replay to replay: a lane takes each number once. */
  number: number;
  /** Id of the dead letter. */
  letter: string;
  device: string;
  /** When it was sent into the lane, ms. */
  at: number;
  /** When the upload came first, ms. */
  arrivedAt: number;
  upload: ReachedAs;
  /** JSON text. */
  payload: string;
  /** The node that failed at it: only from there it goes on, since all others have had it. */
  node?: { flow: string; id: string };
  /** The version in which it goes on; left out: the one that runs. Without a definition it is gone. */
  chosen?: { version: number; definition?: Flow };
  context?: DeviceContext;
}

interface Happened {
  device: string;
  /** By the server's clock, in ms. */
  at: number;
  /** Rises with each one of the device: what is not above the last one taken came before. Left out: never repeated. */
  number?: number;
  /** The device as it is now; may be left out where the lane knows it. */
  context?: DeviceContext;
}

/** Something that happened to a device, for the inputs that ask for it. */
export interface EventEntry extends Happened {
  type: "event";
  event: EventType;
  values: Values;
  /** The flow that did it, whose own inputs do not see it: it would answer itself for ever. */
  by?: string;
}

/** How a command of a flow fared, for the node that sent it. */
export interface ResultEntry extends Happened {
  type: "result";
  flow: string;
  node: string;
  result: CommandResult;
  /** The alarm that the command answers. */
  alarmId?: string;
}

/** An operator cleared the alarm: the node may raise it anew. */
export interface AlarmClearedEntry {
  type: "alarm-cleared";
  device: string;
  flow: string;
  node: string;
  alarm?: string;
}

/** One step in a lane's life. Everything that evaluation depends on arrives as one of these. */
export type Entry =
  | UploadEntry
  | ForwardEffect
  | ReplayEntry
  | { type: "tick"; at: number }
  | { type: "deploy"; deployment: Deployment }
  | AlarmClearedEntry
  | EventEntry
  | ResultEntry;
