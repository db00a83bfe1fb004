import type { DeviceContext } from "../model/device.ts";
import type { Deployment } from "../model/flow.ts";
import type { MessageType } from "../model/message.ts";

/** What a device sent, with all that evaluating it needs. */
export interface UploadEntry {
  type: "upload";
  device: string;
  upload: MessageType;
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
  upload: MessageType | "tick";
  /** JSON text. */
  payload: string;
  /** The node that failed at it: only from there it goes on, since all others have had it. */
  node?: { flow: string; id: string };
  context?: DeviceContext;
}

/** One step in a lane's life. Everything that evaluation depends on arrives as one of these. */
export type Entry =
  | UploadEntry
  | ReplayEntry
  | { type: "tick"; at: number }
  | { type: "deploy"; deployment: Deployment }
  /** An operator cleared the alarm: the node may raise it anew. */
  | { type: "alarm-cleared"; device: string; flow: string; node: string; alarm?: string };
