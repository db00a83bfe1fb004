import type { CommandResult } from "../model/command.ts";
import type { DeviceContext } from "../model/device.ts";
import type { Effect } from "../model/effect.ts";
import type { Deployment } from "../model/flow.ts";
import type { Message, ReachedAs } from "../model/message.ts";
import type { Point } from "../model/point.ts";
import type { FlowPlan, Plan, PlanNode } from "./compile.ts";
import type { UploadEntry } from "./entry.ts";
import type { KeyState, LaneState, NodeState, Place } from "./state.ts";

/** One visit of a node, recorded when `trace` is asked for. */
export interface TraceStep {
  message: string;
  device: DeviceContext;
  flow: string;
  version: number;
  node: string;
  in: Message | { tick: number } | { result: CommandResult; at: number };
  out: [output: string, message: Message][];
  state: { before: unknown; after: unknown };
  error?: string;
}

/** All that a run wants changed. Nothing has been changed yet. */
export interface Outcome {
  sequence: number;
  keys: Map<string, KeyState>;
  /** By device: ids of its uploads in this run, one after the other. */
  recent: Map<string, string>;
  contexts: Map<string, DeviceContext>;
  /** By lane: the last forward taken from it. */
  received: Map<number, Place>;
  deployment?: Deployment;
  /** Number of the last replay taken in this run. */
  replayed?: number;
  effects: Effect[];
  points: Point[];
  counts: Map<FlowPlan, { edges: Uint32Array; nodes: Uint32Array; errors: Uint32Array }>;
  messages: number;
  repeated: number;
  trace?: TraceStep[] | undefined;
  /** Of each entry that was to be traced, its visits. */
  traces?: TraceStep[][];
}

/** An entry that must not be evaluated: it ended the thread that tried. */
export interface Condemned {
  /** Its place among the entries of the run, from 0. */
  index: number;
  reason: string;
  message: string;
}

export interface RunOptions {
  lane: number;
  maxAheadMs: number;
  plan: Plan;
  /** Makes the plan of a new deployment. */
  compile(deployment: Deployment): Plan;
  trace?: boolean;
  /** Places of entries, from 0, whose visits are to be recorded. */
  traced?: ReadonlySet<number> | undefined;
  condemned?: Condemned | undefined;
  /** Called before a node evaluates a message: a run that calls it gets on. */
  step?: (() => void) | undefined;
}

/** The run at hand: what it reads, and the outcome it builds. */
export interface Run {
  readonly options: RunOptions;
  readonly state: LaneState;
  readonly outcome: Outcome;
  plan: Plan;
  /** Effects so far of the entry at hand. */
  effectCount: number;
  /** The run of the shadows beside it, while an entry is taken; missing where there are none. */
  shadow?: Run | undefined;
}

/** Reason and sentence of a dead letter. */
export const unknownDevice = [
  "unknown_device",
  "The lane does not know this device; let it connect again.",
] as const;

/** The device as the lane knows it, with what the entry brings; undefined where it was never told of it. */
export function contextOf(
  { outcome, state }: Run,
  { device, context }: { device: string; context?: DeviceContext },
): DeviceContext | undefined {
  const known = outcome.contexts.get(device) ?? state.contexts.get(device);
  if (!context || (known && !isNewer(context, known))) return known;
  outcome.contexts.set(device, context);
  return context;
}

/** Whether a context tells something later of its device than another one. */
export function isNewer(now: DeviceContext, before: DeviceContext): boolean {
  if (now.revision !== before.revision) return now.revision > before.revision;
  return (now.relatedRevision ?? 0) > (before.relatedRevision ?? 0);
}

/** The device's state in this run, copied on first touch. */
export function touch(run: Run, device: string): KeyState {
  const touched = run.outcome.keys.get(device);
  if (touched) return touched;
  const before = run.state.keys.get(device);
  // Object.assign: a field added to a spread copy is slow in V8 (1 µs and more).
  const copy: KeyState = before ? { n: Object.assign({}, before.n) } : { n: {} };
  if (before?.o) copy.o = before.o;
  if (before?.e !== undefined) copy.e = before.e;
  if (before?.x !== undefined) copy.x = before.x;
  if (before?.b) keepBegun(run.plan, copy, before.b);
  run.outcome.keys.set(device, copy);
  return copy;
}

/** Forgets shadows that have ended. */
function keepBegun({ shadows }: Plan, key: KeyState, begun: readonly string[]) {
  const kept = begun.filter((prefix) => shadows.some((shadow) => shadow.prefix === prefix));
  if (kept.length > 0) key.b = kept;
  const ended = begun.filter((prefix) => !kept.includes(prefix)).map((prefix) => `${prefix}/`);
  if (ended.length === 0) return;
  const isOver = (ref: string) => ended.some((start) => ref.startsWith(start));
  for (const ref in key.n) if (isOver(ref)) delete key.n[ref];
  if (!key.o?.some(isOver)) return;
  key.o = key.o.filter((ref) => !isOver(ref));
  if (key.o.length === 0) delete key.o;
}

/** The node's own state for the device, or undefined when there is none of its kind. */
export function nodeState(run: Run, device: string, node: PlanNode): NodeState | undefined {
  if (node.forgets) return undefined;
  const key = run.outcome.keys.get(device) ?? run.state.keys.get(device);
  const found = key?.n[node.ref];
  return found?.k === node.tag ? found : undefined;
}

export function nextEffectId(run: Run): string {
  return `${run.options.lane}:${run.outcome.sequence}:${run.effectCount++}`;
}

export function deadLetter(
  run: Run,
  entry: UploadEntry,
  reason: string,
  message: string,
  where?: {
    flow: string;
    version: number;
    node: string;
    candidate?: number;
    payload?: string;
    upload?: ReachedAs;
  },
) {
  run.outcome.effects.push({
    type: "dead-letter",
    id: nextEffectId(run),
    device: entry.device,
    at: entry.arrivedAt,
    reason,
    message,
    ...(!entry.standsIn && { upload: entry.upload }),
    ...where,
    ...(entry.replay && { replayOf: entry.replay.letter }),
    raw: entry.binary ? entry.payload : toBase64(entry.payload),
  });
}

/** Stands in for an upload where there is none, in a dead letter. */
export function standIn(device: string, at: number, content: unknown): UploadEntry {
  const payload = JSON.stringify(content);
  return {
    type: "upload",
    device,
    upload: "telemetry",
    arrivedAt: at,
    payload,
    binary: false,
    id: "",
    checkId: false,
    standsIn: true,
  };
}

function toBase64(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}
