import { MillraceError } from "../../model/errors.ts";

/** What a lane holds. */
export interface LaneLook {
  lane: number;
  /** Batches that wait or are at work, without those that hold nothing but ticks and deployments. */
  batches: number;
  /** Commits whose effects, or points, are not known to be delivered. */
  effects: number;
  points: number;
  /** Devices and keys whose state it keeps. */
  devices: number;
}

/** Where a move of the lanes stands: it is under way, the new lanes are whole, they are the ones that count. */
export type MovePhase = "marked" | "copied" | "switched";

/** All lanes of an installation, for who looks at them or changes their count. */
export interface LaneSet {
  /** How many the installation has. */
  count(): Promise<number>;
  /** How many a move that did not end was to make; undefined where none was begun. */
  moving(): Promise<number | undefined>;
  look(): Promise<LaneLook[]>;
  /**
   * Moves what the lanes keep to as many lanes as asked for, each device to its own. A move that did not end is finished, or
   * taken back where `count` is what the installation has. Throws MillraceError `conflict`, with nothing changed, while a
   * process of the installation lives, a batch waits, or something is not delivered. `passed` hears of each phase.
   */
  move(count: number, passed?: (phase: MovePhase) => void): Promise<void>;
  close(): Promise<void>;
}

/**
 * Whether nothing is lost with a batch of these frames: a tick comes again, and so does a deployment, when the lane is
 * loaded.
 */
export type IsIdle = (frames: string) => boolean;

/** Throws MillraceError `conflict` where lanes have something under way. */
export function requireNothingWaits(lanes: readonly Omit<LaneLook, "devices">[], count: number) {
  const sum = (part: "batches" | "effects" | "points") => lanes.reduce((sum, lane) => sum + lane[part], 0);
  const waits = [
    counted(sum("batches"), "batch waits in a queue", "batches wait in queues"),
    counted(sum("effects"), "commit has effects to deliver", "commits have effects to deliver"),
    counted(sum("points"), "commit has points to deliver", "commits have points to deliver"),
  ].filter(Boolean);
  if (waits.length === 0) return;
  throw new MillraceError(
    "conflict",
    `The lanes cannot be moved yet: ${waits.join(", ")}. Start it once more where no device reaches it (MILLRACE_HTTP_PORT=0 MILLRACE_MQTT_PORT=0 MILLRACE_COAP_PORT=0 millrace start), let it finish until the metrics millrace_queue_depth and millrace_point_batches_waiting are 0, stop it, and run millrace lanes ${count} again.`,
  );
}

const counted = (count: number, one: string, many: string) =>
  count === 0 ? "" : `${count} ${count === 1 ? one : many}`;
