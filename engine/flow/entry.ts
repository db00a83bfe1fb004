import type { DeviceContext } from "../model/device.ts";
import type { ForwardEffect } from "../model/effect.ts";
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
}

/** One step in a lane's life. Everything that evaluation depends on arrives as one of these. */
export type Entry =
  | UploadEntry
  | ForwardEffect
  | { type: "tick"; at: number }
  | { type: "deploy"; deployment: Deployment }
  /** An operator cleared the alarm: the node may raise it anew. */
  | { type: "alarm-cleared"; device: string; flow: string; node: string; alarm?: string };
