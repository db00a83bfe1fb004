import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import type { Slots } from "./accumulate.ts";
import {
  type Columns,
  openColumns,
  type Result,
  resultOf,
  silenceMs as usualSilenceMs,
  type Wanted,
} from "./columns.ts";
import { hash } from "./fingerprint.ts";
import type { Zone } from "./zone.ts";

/** The windows of one device, as plain JSON. Short names: they are stored for every device. */
export interface Windows {
  /** Done until: every window with an end at or before this time, in ms, is closed. */
  d: number;
  /** How long after its own time the newest message arrived, in ms; 0 where the device's clock is ahead. */
  l: number;
  /** Open windows in order of time: start in ms, count of messages, then the slots of the values. */
  o: Slots[];
  /** Of the settings these windows were filled under. */
  f: number;
  /** Event time of the last early results, in ms. */
  e?: number;
  /** Empty windows in a row. */
  z?: number;
}

export interface WindowSettings {
  sizeMs: number;
  latenessMs: number;
  values: readonly Wanted[];
  /** Distance of the beginnings of two windows; left out: the size. */
  everyMs?: number;
  /** Windows follow the clock of this place. */
  zone?: Zone;
  zoneName?: string;
  earlyMs?: number;
  hasEmpty?: boolean;
  /** How long after a window's end, by the clock, silence closes it; left out: five seconds. */
  silenceMs?: number;
}

export interface Shape {
  columns: Columns;
  latenessMs: number;
  silenceMs: number;
  earlyMs: number | undefined;
  hasEmpty: boolean;
  fingerprint: number;
  maxOpen: number;
  everyMs: number | undefined;
  /** Start of the last window that holds the time. */
  startOf(ts: number): number;
  endOf(start: number): number;
  /** Start of the window after this one. */
  nextOf(start: number): number;
  /** Stored windows; undefined where there are none that fit the settings. */
  read(state: unknown): Windows | undefined;
}

const head = 2;
const maxOpen = 16;
export const maxEmpty = 100;
const dayMs = 86_400_000;
/** Windows of several days begin on a Monday: 5 January 1970 was one. */
const mondayMs = 4 * dayMs;

/** Lays out the windows. */
export function openWindows(settings: WindowSettings): Shape {
  const {
    sizeMs,
    latenessMs,
    values,
    everyMs,
    zone,
    zoneName,
    earlyMs,
    hasEmpty = false,
    silenceMs = usualSilenceMs,
  } = settings;
  const columns = openColumns(values, head);
  const more = everyMs === undefined && zoneName === undefined ? [] : [everyMs ?? 0, zoneName ?? ""];
  const fingerprint = hash(JSON.stringify([sizeMs, columns.values, ...more]));
  return {
    columns,
    latenessMs,
    silenceMs,
    earlyMs,
    hasEmpty,
    fingerprint,
    everyMs,
    maxOpen: maxOpen + (everyMs === undefined ? 0 : Math.ceil(sizeMs / everyMs)),
    ...(zone ? inZone(zone, sizeMs) : sinceEpoch(sizeMs, everyMs ?? sizeMs)),
    read(state) {
      const windows = state as Windows | undefined;
      return windows?.f === fingerprint ? windows : undefined;
    },
  };
}

function sinceEpoch(sizeMs: number, everyMs: number): Pick<Shape, "startOf" | "endOf" | "nextOf"> {
  return {
    startOf: (ts) => Math.floor(ts / everyMs) * everyMs,
    endOf: (start) => start + sizeMs,
    nextOf: (start) => start + everyMs,
  };
}

function inZone(zone: Zone, sizeMs: number): Pick<Shape, "startOf" | "endOf" | "nextOf"> {
  const anchor = sizeMs > dayMs ? mondayMs : 0;
  const gridOf = (ts: number) => Math.floor((zone.local(ts) - anchor) / sizeMs) * sizeMs + anchor;
  const endOf = (start: number) => {
    // An hour that the clock skips has no length, so the end may be one step further.
    const end = zone.instant(gridOf(start) + sizeMs);
    return end > start ? end : zone.instant(gridOf(start) + 2 * sizeMs);
  };
  // Most messages fall into the window of the one before.
  let last = { start: 0, end: 0 };
  const windowAt = (ts: number) => {
    if (ts < last.start || ts >= last.end) {
      const start = zone.instant(gridOf(ts));
      last = { start, end: endOf(start) };
    }
    return last;
  };
  return {
    startOf: (ts) => windowAt(ts).start,
    endOf: (start) => (start === last.start ? last.end : endOf(start)),
    nextOf: endOf,
  };
}

/** Whether every window that holds this time is closed. */
export function isLate(shape: Shape, before: Windows | undefined, ts: number): boolean {
  return before !== undefined && shape.endOf(shape.startOf(ts)) <= before.d;
}

/** Counts a message that is not late, and closes what its time closes. Changes nothing it was given. */
export function take(shape: Shape, before: Windows | undefined, message: Message) {
  const { ts } = message;
  const open = before ? before.o.slice() : [];
  const start = shape.startOf(ts);
  if (shape.hasEmpty) fill(shape, open, start);
  count(shape, open, start, message);
  if (shape.everyMs !== undefined)
    for (let at = start - shape.everyMs; shape.endOf(at) > ts; at -= shape.everyMs)
      if (!before || shape.endOf(at) > before.d) count(shape, open, at, message);

  const watermark = ts - shape.latenessMs;
  const isNewest = !before || watermark >= before.d;
  const windows: Windows = {
    d: isNewest ? watermark : before.d,
    l: isNewest ? Math.max(0, message.arrivedAt - ts) : before.l,
    o: open,
    f: shape.fingerprint,
  };
  if (before?.e !== undefined) windows.e = before.e;
  const beyond = open[open.length - shape.maxOpen - 1];
  const tooMany = beyond ? shape.endOf(beyond[0] as number) : windows.d;
  const taken = closeUntil(shape, windows, Math.max(windows.d, tooMany));
  return shape.earlyMs === undefined ? taken : withEarly(shape, taken, ts);
}

/** Counts the message in the window that begins at `start`, opening it where needed. Changes `open`. */
function count({ columns }: Shape, open: Slots[], start: number, message: Message) {
  let at = open.length;
  while (at > 0 && (open[at - 1]![0] as number) > start) at--;
  const isOpen = at > 0 && open[at - 1]![0] === start;
  const slots: Slots = isOpen ? open[at - 1]!.slice() : [start, 0, ...columns.empty];
  if (isOpen) open[at - 1] = slots;
  else open.splice(at, 0, slots);
  const index = slots[1] as number;
  slots[1] = index + 1;
  columns.add(slots, message.values, message.ts);
  columns.sampling.take(slots, index, message);
}

/** Opens the windows between the last open one and `start`, at most the last hundred of them. */
function fill(shape: Shape, open: Slots[], start: number) {
  const last = open.at(-1)?.[0] as number | undefined;
  if (last === undefined) return;
  const missing: number[] = [];
  // Where the gap is very long, what lies in it is passed over in one go.
  const stepMs = shape.nextOf(last) - last;
  const from = Math.max(last, shape.startOf(start - (maxEmpty + 1) * stepMs));
  for (let at = shape.nextOf(from); at < start; at = shape.nextOf(at)) missing.push(at);
  for (const at of missing.slice(-maxEmpty)) open.push([at, 0, ...shape.columns.empty]);
}

/** Closes every window with an end at or before `until`, in order. */
export function closeUntil(
  shape: Shape,
  windows: Windows,
  until: number,
): { windows: Windows; closed: Result[] } {
  const closed: Result[] = [];
  for (const slots of windows.o) {
    if (shape.endOf(slots[0] as number) > until) break;
    closed.push(resultAt(shape, slots, shape.endOf(slots[0] as number)));
  }
  if (closed.length === 0 && until <= windows.d) return { windows, closed };
  const after = { ...windows, d: Math.max(windows.d, until), o: windows.o.slice(closed.length) };
  return { windows: shape.hasEmpty ? withNext(shape, windows, after, closed) : after, closed };
}

/** Keeps the next window open even while nothing comes, for so long as not a hundred in a row were empty. */
function withNext(shape: Shape, before: Windows, after: Windows, closed: readonly Result[]): Windows {
  let z = before.z ?? 0;
  for (const { values } of closed) z = values.windowCount === 0 ? z + 1 : 0;
  const last = before.o[closed.length - 1]?.[0] as number | undefined;
  if (last !== undefined && after.o.length === 0 && z < maxEmpty)
    after.o.push([shape.nextOf(last), 0, ...shape.columns.empty]);
  return { ...after, z };
}

/** Adds what the open windows say so far, when the last time is long enough ago. */
function withEarly(shape: Shape, { windows, closed }: ReturnType<typeof closeUntil>, ts: number) {
  const { e } = windows;
  if (e === undefined) return { windows: { ...windows, e: ts }, closed };
  if (ts - e < shape.earlyMs!) return { windows, closed };
  for (const slots of windows.o) {
    if (slots[1] === 0) continue;
    const result = resultAt(shape, slots, Math.max(ts, slots[0] as number));
    result.values.windowEarly = true;
    closed.push({ ...result, end: ts });
  }
  return { windows: { ...windows, e: ts }, closed };
}

/** `until` is the end of what was counted: before the window's own end for early results. */
function resultAt(shape: Shape, slots: Slots, until: number): Result {
  const start = slots[0] as number;
  const values: Values = {};
  shape.columns.write(values, slots, until - start);
  return resultOf(values, slots, start, shape.endOf(start), slots[1] as number);
}

/** When the first open window is due by the server's clock, in ms; null where none is open. */
export function wakeOf(shape: Shape, windows: Windows): number | null {
  const first = windows.o[0];
  return first ? dueAt(shape, first[0] as number, windows.l) : null;
}

/** By the server's clock, as far behind its end as the device's messages come behind their own time. */
export function dueAt(shape: Shape, start: number, lagMs: number): number {
  return shape.endOf(start) + lagMs + shape.latenessMs + shape.silenceMs;
}
