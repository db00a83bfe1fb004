import type { Host, Session } from "../../engine/model/host.ts";
import type { Intake } from "./intake.ts";
import type { Kept } from "./kept.ts";

/** One connection and what is known of it. */
export interface Link {
  readonly host: Host;
  readonly kept: Kept;
  /** Missing until the token was looked up. */
  session?: Session;
  intake?: Intake;
  /** The client id cannot be served. */
  isMisnamed?: boolean;
  /** QoS 2 packet ids that the device has not released [MQTT-4.3.3-2]; settled when the host has the message. */
  readonly unreleased: Map<number, Promise<void>>;
  /** Commands on the way to the device, by the packet id of their PUBLISH. */
  readonly unacknowledged: Map<number, number>;
  /** Ends each watch of the host that this connection keeps. */
  readonly watches: { revoked?: () => void; commands?: () => void; attributes?: () => void };
}

export function newLink(host: Host, kept: Kept): Link {
  return { host, kept, unreleased: new Map(), unacknowledged: new Map(), watches: {} };
}
