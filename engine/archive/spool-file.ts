import { open } from "node:fs/promises";
import type { Entry } from "../flow/entry.ts";
import { type Condemned, isNewer } from "../flow/outcome.ts";
import type { DeviceContext } from "../model/device.ts";
import { decodeEntries } from "../pipeline/frame.ts";
import { isKept, type Row, timeOf } from "./kept.ts";

/** A batch as its lane committed it. */
export interface SpoolRecord {
  lane: number;
  /** The lane's sequence before the first entry. */
  sequence: number;
  /** When it was committed, ms: for entries that say no time themselves. */
  at: number;
  /** Devices that the file has not told of before. */
  contexts: DeviceContext[];
  condemned?: Condemned | undefined;
  frames: string;
}

type Head = [
  tag: "b",
  lane: number,
  sequence: number,
  at: number,
  bytes: number,
  contexts: DeviceContext[],
  condemned?: Condemned,
];

/**
 * A spool file is a text of records: one line of JSON, then the frames as they came out of the lane's queue:
 * `["b",lane,sequence,at,bytes,contexts,condemned?]\n<frames>`. `bytes` counts those of the frames in UTF-8.
 */
export function encodeRecord({ lane, sequence, at, contexts, condemned, frames }: SpoolRecord): string {
  const head: Head = ["b", lane, sequence, at, Buffer.byteLength(frames), contexts];
  if (condemned) head.push(condemned);
  return `${JSON.stringify(head)}\n${frames}`;
}

const chunkBytes = 1 << 20;
const newline = 0x0a;

/** Reads a spool file up to its last whole record: the process that wrote it may have been killed, or still write. */
export async function* readRecords(file: string): AsyncIterable<SpoolRecord> {
  const handle = await open(file, "r");
  try {
    let held = Buffer.alloc(0);
    const more = async () => {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes);
      if (bytesRead > 0) held = Buffer.concat([held, buffer.subarray(0, bytesRead)]);
      return bytesRead > 0;
    };
    for (;;) {
      let end = held.indexOf(newline);
      while (end < 0) {
        if (!(await more())) return;
        end = held.indexOf(newline);
      }
      const head = readHead(held.toString("utf8", 0, end));
      if (!head) return;
      const [, lane, sequence, at, bytes, contexts, condemned] = head;
      const whole = end + 1 + bytes;
      while (held.length < whole) if (!(await more())) return;
      const frames = held.toString("utf8", end + 1, whole);
      held = held.subarray(whole);
      yield { lane, sequence, at, contexts, condemned, frames };
    }
  } finally {
    await handle.close();
  }
}

/** Undefined where it is none: what stands behind a write that failed half-way cannot be read. */
function readHead(line: string): Head | undefined {
  try {
    const head = JSON.parse(line);
    return Array.isArray(head) && head[0] === "b" ? (head as Head) : undefined;
  } catch {
    return undefined;
  }
}

/** The kept entries of a spool file, in the order in which they were committed, each with its device. */
export async function* readSpool(file: string): AsyncIterable<Row[]> {
  const devices = new Map<string, DeviceContext>();
  for await (const record of readRecords(file)) {
    for (const context of record.contexts) devices.set(context.id, context);
    yield rowsOf(record, devices);
  }
}

function rowsOf(
  { lane, sequence, at, condemned, frames }: SpoolRecord,
  devices: Map<string, DeviceContext>,
): Row[] {
  const rows: Row[] = [];
  for (const [index, entry] of decodeEntries(frames).entries()) {
    if (!isKept(entry)) continue;
    noteContext(devices, entry);
    const { reason, message } = condemned?.index === index ? condemned : {};
    rows.push({
      lane,
      sequence: sequence + index + 1,
      at: timeOf(entry) || at,
      entry,
      device: devices.get(entry.device),
      ...(reason !== undefined && { setAside: { reason, message: message! } }),
    });
  }
  return rows;
}

function noteContext(devices: Map<string, DeviceContext>, entry: Entry) {
  if (!("context" in entry) || !entry.context) return;
  const known = devices.get(entry.context.id);
  if (!known || isNewer(entry.context, known)) devices.set(entry.context.id, entry.context);
}
