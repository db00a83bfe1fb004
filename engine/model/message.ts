import type { DeviceContext } from "./device.ts";
import type { Values } from "./value.ts";

/** What a device sends. */
export const uploadTypes = ["telemetry", "attributes"] as const;
export type UploadType = (typeof uploadTypes)[number];

/** What happens to a device otherwise, and comes into its lane as a control message. */
export const eventTypes = ["connected", "disconnected", "command-result", "alarm-change"] as const;
export type EventType = (typeof eventTypes)[number];

export const messageTypes = [...uploadTypes, ...eventTypes] as const;
export type MessageType = (typeof messageTypes)[number];

/** As what a node gets something: a message of a type, a tick, how its command fared, telemetry that it only watches. */
export const reachedAs = [...messageTypes, "tick", "result", "watched"] as const;
export type ReachedAs = (typeof reachedAs)[number];

/** One reading of one device, or something that happened to it, as the nodes of a flow see it. */
export interface Message {
  /** `<lane>:<sequence>`, with `.<n>` where one upload held several readings. */
  id: string;
  device: DeviceContext;
  type: MessageType;
  /** Event time in milliseconds since the epoch: the device's own, else the arrival time. */
  ts: number;
  /** When a connector took the message, in milliseconds since the epoch. */
  arrivedAt: number;
  values: Values;
  /** The flow that handed the message over; missing where it came from the device. */
  via?: string;
}
