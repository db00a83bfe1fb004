import type { LaneSnapshot } from "../store/backbone/port.ts";
import type { Call } from "../store/registry/remote.ts";
import type { Counts } from "./counts.ts";
import type { Log } from "./parts.ts";

/** What a lane's thread tells the main thread. */
export type Report =
  | Committed
  /** The lane's state is in its thread; `outbox` was committed, but perhaps its effects were not delivered. */
  | { type: "loaded"; lane: number; revision: number; nextWake: number | undefined; outbox: Outbox[] }
  | { type: "counts"; counts: Counts }
  | { type: "log"; entry: Parameters<Log> }
  | Call;

type Outbox = LaneSnapshot["effects"][number];

/** A batch is committed, now or before. */
export interface Committed {
  type: "committed";
  lane: number;
  sequence: number;
  /** JSON array of effects, or "". */
  effects: string;
  producer: string;
  number: number;
  /** Revision of the deployment that the lane runs. */
  revision: number;
  /** When the lane wants a tick, ms. */
  nextWake: number | undefined;
}
