import type { MessageFile, UploadedMessages } from "../model/backtest.ts";
import type { DeviceContext } from "../model/device.ts";
import { MillraceError } from "../model/errors.ts";
import { laneOf } from "../model/lane.ts";
import { eventTypes, type messageTypes } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import type { KeptEntry, Row } from "./kept.ts";
import { type MessageLine, messageLines } from "./message-lines.ts";
import type { Range, Second } from "./read.ts";

const groupRows = 4000;

/**
 * Reads messages from a file, such as a line `{"device":"d1","at":"2026-11-26T08:00:00Z","values":{"speed":41}}`; `profile` and
 * `attributes` hold until a later line says otherwise. Throws MillraceError `invalid_body` that names the line.
 */
export async function* readMessageFile(
  { path, format, profile }: MessageFile,
  { from, to }: Range,
): AsyncIterable<Second[]> {
  const devices = new Map<string, DeviceContext>();
  let second = Number.NEGATIVE_INFINITY;
  let group: Second[] = [];
  let held = 0;
  for await (const { number, line } of messageLines(path, format)) {
    const context = tell(devices, line, profile);
    if (line.at < from || line.at >= to) continue;
    const due = Math.max(second, Math.floor(line.at / 1000));
    if (due > second) {
      if (held >= groupRows) {
        yield byLane(group);
        group = [];
        held = 0;
      }
      group.push({ second: due, rows: [] });
      second = due;
    }
    group.at(-1)!.rows.push(toRow(line, context, number));
    held++;
  }
  if (group.length > 0) yield byLane(group);
}

/** What a file holds. */
export type MessageFileSpan = Omit<UploadedMessages, "id">;

/** Throws MillraceError `invalid_body` where a line does not fit, or where there is none. */
export async function spanOfFile({ path, format }: MessageFile): Promise<MessageFileSpan> {
  const devices = new Set<string>();
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let messages = 0;
  for await (const { line } of messageLines(path, format)) {
    from = Math.min(from, line.at);
    to = Math.max(to, line.at + 1);
    messages++;
    devices.add(line.device);
  }
  if (messages > 0) return { from, to, messages, devices: devices.size };
  throw new MillraceError(
    "invalid_body",
    `The file holds no messages; write ${format === "csv" ? "the names of the columns and then a row" : "one line of JSON"} for each.`,
  );
}

function byLane(group: Second[]): Second[] {
  for (const { rows } of group) rows.sort((a, b) => a.lane - b.lane || a.sequence - b.sequence);
  return group;
}

/** The device as of this line; a line that says nothing new of it leaves it as it was. */
function tell(devices: Map<string, DeviceContext>, line: MessageLine, profile: string): DeviceContext {
  const known = devices.get(line.device);
  const says = line.name ?? line.profile ?? line.attributes;
  if (known && says === undefined) return known;
  const context: DeviceContext = {
    // Ids hold no spaces, names may.
    id: line.device.replaceAll(/\s/g, encodeURIComponent),
    name: line.name ?? known?.name ?? line.device,
    profile: line.profile ?? known?.profile ?? profile,
    attributes: line.attributes ?? known?.attributes ?? {},
    revision: (known?.revision ?? 0) + 1,
  };
  devices.set(line.device, context);
  return context;
}

function toRow(line: MessageLine, context: DeviceContext, sequence: number): Row {
  return { lane: laneOf(context.id, 16), sequence, at: line.at, entry: toEntry(line, context) };
}

function toEntry(
  { at, ts = at, type = "telemetry", values }: MessageLine,
  context: DeviceContext,
): KeptEntry {
  const device = context.id;
  if (isEvent(type)) return { type: "event", event: type, device, at, values: values as Values, context };
  const payload = JSON.stringify(type === "telemetry" ? { ts, values } : values);
  const rest = { binary: false, id: "", checkId: false, context };
  return { type: "upload", device, upload: type, arrivedAt: at, payload, ...rest };
}

function isEvent(type: (typeof messageTypes)[number]): type is (typeof eventTypes)[number] {
  return (eventTypes as readonly string[]).includes(type);
}
