import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import { accumulators, type FunctionName, type Slots } from "./accumulate.ts";

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
}
/** A closed window: its end in ms, and the fields of the message to send. */
export interface Result {
  end: number;
  values: Values;
}
interface Shape {
  sizeMs: number;
  latenessMs: number;
  fingerprint: number;
  values: readonly { of: string | undefined; fn: FunctionName; as: string; at: number }[];
  empty: Slots;
  endOf(ts: number): number;
  /** Stored windows; undefined where there are none that fit the settings. */
  read(state: unknown): Windows | undefined;
}

const maxOpen = 16;
const firstSlot = 2;

/** Lays out the slots of a window. */
export function openWindows(settings: {
  sizeMs: number;
  latenessMs: number;
  values: readonly { of?: string; fn: FunctionName; as: string }[];
}): Shape {
  const { sizeMs, latenessMs } = settings;
  const empty: Slots = [];
  const values = settings.values.map(({ of, fn, as }) => {
    const at = firstSlot + empty.length;
    empty.push(...accumulators[fn].empty);
    return { of, fn, as, at };
  });
  const fingerprint = hash(JSON.stringify([sizeMs, values]));
  return {
    sizeMs,
    latenessMs,
    fingerprint,
    values,
    empty,
    endOf: (ts) => (Math.floor(ts / sizeMs) + 1) * sizeMs,
    read(state) {
      const windows = state as Windows | undefined;
      return windows?.f === fingerprint ? windows : undefined;
    },
  };
}

/** Counts a message that is not late, and closes what its time closes. Changes nothing it was given. */
export function take(shape: Shape, before: Windows | undefined, message: Message) {
  const { ts, values } = message;
  const start = shape.endOf(ts) - shape.sizeMs;
  const open = before ? before.o.slice() : [];
  let at = open.length;
  while (at > 0 && (open[at - 1]![0] as number) > start) at--;
  const isOpen = at > 0 && open[at - 1]![0] === start;
  const slots: Slots = isOpen ? open[at - 1]!.slice() : [start, 0, ...shape.empty];
  if (isOpen) open[at - 1] = slots;
  else open.splice(at, 0, slots);

  slots[1] = (slots[1] as number) + 1;
  for (const { of, fn, at } of shape.values) {
    const value = of === undefined ? true : values[of];
    if (value !== undefined && value !== null) accumulators[fn].add(slots, at, value, ts);
  }
  const watermark = ts - shape.latenessMs;
  const isNewest = !before || watermark >= before.d;
  const windows: Windows = {
    d: isNewest ? watermark : before.d,
    l: isNewest ? Math.max(0, message.arrivedAt - ts) : before.l,
    o: open,
    f: shape.fingerprint,
  };
  const beyond = open[open.length - maxOpen - 1];
  const tooMany = beyond ? (beyond[0] as number) + shape.sizeMs : windows.d;
  return closeUntil(shape, windows, Math.max(windows.d, tooMany));
}

/** Closes every window with an end at or before `until`, in order. */
export function closeUntil(
  shape: Shape,
  windows: Windows,
  until: number,
): { windows: Windows; closed: Result[] } {
  const closed: Result[] = [];
  for (const slots of windows.o) {
    if ((slots[0] as number) + shape.sizeMs > until) break;
    closed.push(resultOf(shape, slots));
  }
  if (closed.length === 0 && until <= windows.d) return { windows, closed };
  return {
    windows: { ...windows, d: Math.max(windows.d, until), o: windows.o.slice(closed.length) },
    closed,
  };
}

function resultOf(shape: Shape, slots: Slots): Result {
  const start = slots[0] as number;
  const end = start + shape.sizeMs;
  const values: Values = {};
  for (const { fn, as, at } of shape.values) {
    const result = accumulators[fn].result(slots, at);
    if (result !== undefined) values[as] = result;
  }
  values.windowStart = start;
  values.windowEnd = end;
  values.windowCount = slots[1] as number;
  return { end, values };
}

/** FNV-1a, 32 bit. */
function hash(text: string): number {
  let result = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) result = Math.imul(result ^ text.charCodeAt(i), 0x01000193);
  return result >>> 0;
}
