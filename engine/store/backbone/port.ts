import { MillraceError } from "../../model/errors.ts";

/** A micro-batch as a connector's process made it. `producer` and `number` let a lane take it once. */
export interface Batch {
  producer: string;
  /** Rises by one per producer and lane, from 1. */
  number: number;
  /** Frames of messages and control messages; see pipeline/frame.ts. */
  frames: string;
}

/** A batch in the hands of a lane's worker. */
export interface TakenBatch extends Batch {
  /** How often a worker began it, this time included: more than once when one gave it back, or died with it. */
  starts: number;
}

/** What one evaluation did to its lane. Written as one atomic step. */
export interface Commit {
  /** The lane's sequence the evaluation started from. */
  expected: number;
  /** The sequence after it. */
  sequence: number;
  producer: string;
  number: number;
  /** Touched keys and their new values, alternating, a line each; an empty value deletes the key. See `lines`. */
  state: string;
  /** By device, likewise: when it wants a tick, ms. */
  wakes: string;
  /** Keys and what is added to the end of their values, likewise; a value keeps its last `tailLength` characters. */
  tails: string;
  /** JSON array of effects, or "". */
  effects: string;
  /** Encoded points, or "". */
  points: string;
}

/** A text of lines, each with its end. No item holds a line break: they are names and JSON. */
export function lines(items: readonly string[]): string {
  return items.length === 0 ? "" : `${items.join("\n")}\n`;
}

/** Of a value that grows at its end, this many characters are kept. */
export const tailLength = 512;

/** What a lane's owner reads when it takes the lane over. What is large is read when it is needed. */
export interface LaneSnapshot {
  sequence: number;
  /** Last batch number taken, by producer. */
  producers: Record<string, number>;
  /** When devices want a tick, ms. */
  wakes: [device: string, at: number][];
  /** Committed but perhaps not delivered, oldest first: the effects, and the sequences that have points. */
  effects: { sequence: number; body: string }[];
  points: number[];
}

/**
 * Works one batch: true when it is committed, false when it was given up because `signal` aborted or the lane is
 * being handed over; it then goes back to the front of the queue. Must not reject.
 */
export type Handle = (batch: TakenBatch, signal: AbortSignal) => Promise<boolean>;

export interface LaneWorker {
  /** Finishes the batch at hand, then takes no more. */
  close(): Promise<void>;
}

/** Subjects that all processes of an installation hear of. Best effort: whoever missed one asks the registry. */
export type Subject =
  | "devices"
  | "commands"
  | "attributes"
  | "deployment"
  | "live"
  | "happened"
  | "replays"
  | "presence";

/**
 * The way into the lanes, and what the processes of an installation share. `enqueue` is durable when it resolves.
 * A rejection with code `unavailable` means unknown, not undone: repeat it, the lane takes it once.
 */
export interface Backbone extends Outbox {
  readonly lanes: number;
  /** Whether other processes may share it. */
  readonly shared: boolean;
  /** How far apart a process best puts batches, of whatever lanes; they may come faster. */
  readonly gapMs: number;
  enqueue(lane: number, batch: Batch): Promise<void>;
  /** Tells that this node is alive; returns the live nodes' names, sorted. A node is live for `nodeLifeMs`. */
  heartbeat(node: string): Promise<string[]>;
  /** Says goodbye, so that others need not wait for the heartbeat to run out. */
  leave(node: string): Promise<void>;
  publish(subject: Subject, message: unknown): void;
  subscribe(subject: Subject, listener: (message: unknown) => void): () => void;
  /** Batches waiting in a lane's queue, without the one at work. */
  depth(lane: number): Promise<number>;
  check(): Promise<void>;
  close(): Promise<void>;
}

export type Part = "effects" | "points";

/** What lanes have committed and what is not known to be delivered. `delivered` is durable when it resolves. */
export interface Outbox {
  /** Bodies by the sequences of their commits; "" where there is none any more. */
  outbox(part: Part, lane: number, sequences: readonly number[]): Promise<string[]>;
  /** Drops the parts of these commits. */
  delivered(part: Part, commits: readonly { lane: number; sequence: number }[]): Promise<void>;
}

/**
 * What the owner of a lane works with, in the lane's thread. `commit` and `delivered` are durable when they resolve;
 * a rejection with code `unavailable` means unknown, as in `Backbone`; any other, that the store never takes this commit.
 */
export interface LaneStore extends Outbox {
  /**
   * Calls `handle` for each batch of the lane, one at a time, in order. Only one worker in the installation
   * handles a lane at any time; `signal` aborts when the hold on it was lost.
   */
  work(lane: number, handle: Handle): LaneWorker;
  /** Puts the batch at work back to the front at once; only where the worker that had it is known to be dead. */
  reclaim(lane: number): Promise<void>;
  snapshot(lane: number): Promise<LaneSnapshot>;
  /** Values of the lane's state by their keys; undefined where nothing is stored. */
  read(lane: number, keys: readonly string[]): Promise<(string | undefined)[]>;
  /** `conflict`: the lane's sequence is not the expected one, or the batch was taken before; nothing was written. */
  commit(lane: number, commit: Commit): Promise<"committed" | "conflict">;
  close(): Promise<void>;
}

export const nodeLifeMs = 3000;
/** A worker that stops renewing its hold on a batch loses it after this; another then starts within `stalledCheckMs`. */
export const lockMs = 3000;
export const stalledCheckMs = 1000;

/**
 * The lane count of an installation, which only a move of its lanes changes: the one it has, else the one asked for, else the
 * adapter's own. Throws MillraceError `invalid_setting` when another one is asked for than it has.
 */
export function settledLanes(has: number | undefined, asked: number | undefined, usual: number): number {
  if (has !== undefined && asked !== undefined && has !== asked)
    throw new MillraceError(
      "invalid_setting",
      `This installation has ${has} lanes, and MILLRACE_LANES says ${asked}. Unset MILLRACE_LANES; or stop every process of the installation, and move its lanes with millrace lanes ${asked}.`,
    );
  return has ?? asked ?? usual;
}
