import type { DeviceContext } from "./device.ts";
import type { Values } from "./value.ts";

export const messageTypes = ["telemetry", "attributes"] as const;
export type MessageType = (typeof messageTypes)[number];

/** One reading of one device, as the nodes of a flow see it. */
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
